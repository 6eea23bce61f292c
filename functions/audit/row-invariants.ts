import type { AuditedRow } from '../mysql/audited-rows.ts'
import { parentKey } from '../protocol/model/parent.ts'
import { at, type Finding, namesOf, parkedIn, type Snapshot } from './snapshot.ts'

/** P1: under each parent the numbers are 1..seq. A parked request has its number without a row. */
export function numbers({ heads, rows, requests }: Snapshot): Finding {
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
 * parked batch some may be stored and others not.
 */
export function requestsOnce({ rows, requests }: Snapshot): Finding {
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

/** P2: what is settled is a row that this very request made, at least as new. */
export function settledIsStored({ requests, rows }: Snapshot): Finding {
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
 * P8: the child counts in the parents' rows. They come from the greatest number that was stored,
 * less the tombstones; so a parked create counts as soon as a later number is stored, though it has
 * no row of its own, or only what an edit made.
 */
export function counts({ rows, parents, requests }: Snapshot): Finding {
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
