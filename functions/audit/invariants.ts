import type { AuditedParent, AuditedRow } from '../mysql/audited-rows.ts'
import type { Entry } from '../protocol/model/entry.ts'
import { type Parent, parentKey } from '../protocol/model/parent.ts'
import type { Head } from '../protocol/table/head.ts'
import type { Request } from '../protocol/table/request.ts'

/** Everything there is, in all stores, while nothing is on its way. */
export interface Snapshot {
  heads: { parent: Parent; head: Head }[]
  requests: Request[]
  waiting: { parent: Parent; entry: Entry }[]
  rows: AuditedRow[]
  /** The root has no row, and is not among them. */
  parents: AuditedParent[]
  /** undefined: the system runs without an index. */
  documents: { app: string; chat: number; number: number; rev: number }[] | undefined
  /** Messages in the queue, visible or not. */
  queued: number
}
/** One invariant: on how many things it was checked, and the things that break it. */
export interface Finding {
  invariant: string
  checked: number
  violations: string[]
}

const at = (parent: Parent, number: number): string => `${parentKey(parent)}/${number}`

/** Every number that a request holds. */
const namesOf = ({ parent, number, count }: Request): string[] =>
  number === undefined ? [] : Array.from({ length: count }, (_, i) => at(parent, number + i))

/**
 * The numbers of creates that are parked: given out, and without a row of their own until a person
 * has decided.
 */
const parkedIn = (requests: Request[]): Map<string, { above: string; number: number }> =>
  new Map(
    requests
      .filter((request) => request.parked && request.act === 'create')
      .flatMap((request) => {
        const { parent, number: first = 0 } = request
        return namesOf(request).map((name, i) => [
          name,
          { above: parentKey(parent), number: first + i },
        ])
      }),
  )

/**
 * P1: under each parent the numbers are 1..seq. A parked request holds its number without a row.
 */
function numbers({ heads, rows, requests }: Snapshot): Finding {
  const taken = new Map<string, number[]>()
  for (const { parent, number } of rows) {
    const below = taken.get(parentKey(parent))
    if (below) below.push(number)
    else taken.set(parentKey(parent), [number])
  }
  const violations: string[] = []
  const parked = parkedIn(requests)
  for (const { parent, head } of heads) {
    const found = new Set(taken.get(parentKey(parent)))
    if (found.size < (taken.get(parentKey(parent))?.length ?? 0))
      violations.push(`${parentKey(parent)}: a number is stored twice`)
    for (let n = 1; n <= head.seq; n++) {
      if (!found.has(n) && !parked.has(at(parent, n)))
        violations.push(`${at(parent, n)}: given out, not stored`)
    }
    for (const n of found)
      if (n > head.seq) violations.push(`${at(parent, n)}: stored, above seq ${head.seq}`)
  }
  return { invariant: 'numbers are 1..seq', checked: rows.length, violations }
}

/**
 * P2: one request has the numbers that it was given, which follow each other, and no others. Of a
 * parked batch some may be stored and some not.
 */
function requestsOnce({ rows, requests }: Snapshot): Finding {
  const last = new Map<string, AuditedRow>()
  const parked = parkedIn(requests)
  const own = new Set(
    requests
      .filter((request) => request.parked)
      .flatMap((request) => namesOf(request).map((name) => `${request.rid} ${name}`)),
  )
  const violations: string[] = []
  const sorted = rows.toSorted((a, b) => a.number - b.number)
  for (const row of sorted) {
    const here = at(row.parent, row.number)
    if (row.rid === null) {
      if (!parked.has(here)) violations.push(`${here}: its create never arrived`)
      continue
    }
    const before = last.get(row.rid)
    const follows =
      !before || own.has(`${row.rid} ${here}`) || at(before.parent, before.number + 1) === here
    if (!follows) violations.push(`${here}: same request as ${at(before.parent, before.number)}`)
    last.set(row.rid, row)
  }
  return { invariant: 'one request is stored once', checked: rows.length, violations }
}

/** P2: what is settled is a row, made by that very request, and at least as new. */
function settledIsStored({ requests, rows }: Snapshot): Finding {
  const rowAt = new Map(rows.map((row) => [at(row.parent, row.number), row]))
  const settled = requests.filter((request) => request.stored)
  const violations = settled.flatMap((request) =>
    namesOf(request).flatMap((here) => {
      const row = rowAt.get(here)
      if (!row) return [`${here}: settled, not stored`]
      if (request.act === 'create' && row.rid !== request.rid)
        return [`${here}: stored from another request`]
      return row.rev < (request.rev ?? 0) ? [`${here}: older than what was settled`] : []
    }),
  )
  return { invariant: 'settled requests are stored', checked: settled.length, violations }
}

/**
 * P8: the counts in the parents' rows, which come from the greatest number that was stored, less
 * the tombstones. So a parked create counts as soon as a later number is stored, though it has no
 * row, or only what was stored of an edit.
 */
function counts({ rows, parents, requests }: Snapshot): Finding {
  const parked = parkedIn(requests)
  const live = new Map<string, number>()
  const greatest = new Map<string, number>()
  for (const { parent, number, rid, rev, deleted } of rows) {
    const [above, here] = [parentKey(parent), at(parent, number)]
    if (rev > 0) greatest.set(above, Math.max(greatest.get(above) ?? 0, number))
    if (!deleted && (rid !== null || !parked.has(here))) live.set(above, (live.get(above) ?? 0) + 1)
    if (deleted || rid !== null) parked.delete(here)
  }
  for (const { above, number } of parked.values()) {
    if (number <= (greatest.get(above) ?? 0)) live.set(above, (live.get(above) ?? 0) + 1)
  }
  const violations = parents
    .filter(({ parent, count }) => count !== (live.get(parentKey(parent)) ?? 0))
    .map(
      ({ parent, count }) =>
        `${parentKey(parent)}: count ${count}, rows ${live.get(parentKey(parent)) ?? 0}`,
    )
  return { invariant: 'counts are exact', checked: parents.length, violations }
}

/** P7: the index holds every message in its newest rev, and nothing else. */
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

/** P6: everything has arrived. Parked requests wait for a person, and say so elsewhere. */
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
function closed({ heads, parents }: Snapshot): Finding {
  const open = new Map(heads.map(({ parent, head }) => [parentKey(parent), !head.deleted]))
  const tombstones = parents.filter(({ deleted }) => deleted)
  const violations = tombstones.flatMap(({ parent }) => {
    const here = parentKey(parent)
    if (open.get(here) === undefined) return [`${here}: is deleted and has no HEAD`]
    return open.get(here) ? [`${here}: is deleted, its HEAD is open`] : []
  })
  return { invariant: 'tombstones are closed', checked: tombstones.length, violations }
}

/** P9: the counters are not below what is stored. */
function counters({ heads, rows }: Snapshot): Finding {
  const headOf = new Map(heads.map(({ parent, head }) => [parentKey(parent), head]))
  const violations = rows.flatMap((row) => {
    const head = headOf.get(parentKey(row.parent))
    if (!head) return [`${parentKey(row.parent)}: has rows and no HEAD`]
    return row.rev > head.rev
      ? [`${at(row.parent, row.number)}: rev ${row.rev} above the HEAD's ${head.rev}`]
      : []
  })
  return { invariant: 'counters are not behind', checked: rows.length, violations }
}

/**
 * Every invariant that holds while nothing is on its way, over what all stores hold. The
 * simulation, the end-to-end tests and `npm run audit` share it, so that what is proven on paper is
 * what is checked on a live stack.
 */
export const invariants = (snapshot: Snapshot): Finding[] =>
  [numbers, requestsOnce, settledIsStored, counts, index, nothingWaits, closed, counters].map(
    (check) => check(snapshot),
  )
