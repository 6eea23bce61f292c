import { parentKey } from '../protocol/model/parent.ts'
import { counts, numbers, requestsOnce, settledIsStored } from './row-invariants.ts'
import { at, type Finding, type Snapshot } from './snapshot.ts'

/** P7: the index has every message in its newest rev, and nothing else. */
function index({ rows, documents }: Snapshot): Finding {
  const revs = new Map(
    rows
      .filter(({ parent }) => parent.kind === 'chat')
      .map((row) => [at(row.parent, row.number), row.rev]),
  )
  const found = new Map(
    (documents ?? []).map((d) => [at({ kind: 'chat', app: d.app, chat: d.chat }, d.number), d.rev]),
  )
  const violations: string[] = []
  if (documents) {
    for (const [name, rev] of revs)
      if (found.get(name) !== rev)
        violations.push(`${name}: rev ${rev}, in the index ${found.get(name)}`)
    for (const name of found.keys())
      if (!revs.has(name)) violations.push(`${name}: in the index, not stored`)
  }
  return { invariant: 'the index equals the rows', checked: documents?.length ?? 0, violations }
}

/** P6: everything has arrived. Parked requests wait for a person, and an alarm says so. */
function nothingWaits({ heads, requests, waiting, queued }: Snapshot): Finding {
  const parked = new Set(requests.filter((request) => request.parked).map((request) => request.rid))
  const violations = [
    ...heads.flatMap(({ parent, head }) =>
      head.entries.map(({ rid }) => `${parentKey(parent)}: ${rid} is still in the HEAD`),
    ),
    ...waiting
      .filter(({ entry }) => !parked.has(entry.rid))
      .map(({ parent, entry }) => `${at(parent, entry.number)}: still waits`),
    ...requests
      .filter(
        (request) =>
          !request.parked &&
          (request.values !== undefined || request.due !== undefined) &&
          request.expiry === undefined,
      )
      .map((request) => `${request.rid} under ${parentKey(request.parent)}: still to be sent`),
    ...(queued > 0 ? [`${queued} messages in the queue`] : []),
  ]
  return { invariant: 'nothing waits', checked: heads.length + requests.length, violations }
}

/** P10: below a tombstone nothing is reserved any more. */
function tombstonesClosed({ heads, parents }: Snapshot): Finding {
  const isClosed = new Map(heads.map(({ parent, head }) => [parentKey(parent), head.deleted]))
  const tombstones = parents.filter(({ deleted }) => deleted)
  const violations = tombstones.flatMap(({ parent }) => {
    const here = parentKey(parent)
    const closed = isClosed.get(here)
    if (closed === undefined) return [`${here}: is deleted and has no HEAD`]
    return closed ? [] : [`${here}: is deleted, its HEAD is open`]
  })
  return { invariant: 'tombstones are closed', checked: tombstones.length, violations }
}

/**
 * P9: the counters are not below what is stored. An application's edits are counted by its own
 * HEAD; in version 0.1 the root's counted them.
 */
function counters({ heads, rows }: Snapshot): Finding {
  const headOf = new Map(heads.map(({ parent, head }) => [parentKey(parent), head]))
  const ownOf = new Map(heads.map(({ head }) => [head.number, head]))
  const violations = rows.flatMap((row) => {
    const head = headOf.get(parentKey(row.parent))
    if (!head) return [`${parentKey(row.parent)}: has rows and no HEAD`]
    const own = row.parent.kind === 'root' ? ownOf.get(row.number) : undefined
    const rev = Math.max(head.rev, own?.rev ?? 0)
    return row.rev > rev
      ? [`${at(row.parent, row.number)}: rev ${row.rev} above the HEAD's ${rev}`]
      : []
  })
  return { invariant: 'counters are not behind', checked: rows.length, violations }
}

/**
 * Every invariant that holds while nothing is on its way, over what all stores hold. The
 * simulation, the end-to-end tests and `npm run audit` share it, so that a live stack is checked by
 * what the simulation proves.
 */
export const invariants = (snapshot: Snapshot): Finding[] =>
  [
    numbers,
    requestsOnce,
    settledIsStored,
    counts,
    index,
    nothingWaits,
    tombstonesClosed,
    counters,
  ].map((check) => check(snapshot))
