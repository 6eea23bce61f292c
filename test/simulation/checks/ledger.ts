import { isDeepStrictEqual } from 'node:util'
import { parentKey } from '../../../functions/protocol/model/parent.ts'
import { readValues } from '../../../functions/protocol/model/values.ts'
import type { Item } from '../../../functions/protocol/ports/table.ts'
import { entryInHead, readHead } from '../../../functions/protocol/table/head.ts'
import { collision, readRequest } from '../../../functions/protocol/table/request.ts'
import { parkedBy } from '../operator/quarantine.ts'
import { type MemoryRow, textOf } from '../stores/mysql.ts'
import type { System } from '../system.ts'
import { type Body, newFacts, type Reserved } from './facts.ts'
import type { History } from './history.ts'

/** Every reservation that was ever made, as it was seen when the table was written. */
export interface Ledger {
  reservations: Map<string, Reserved>
  bodies: Map<string, Body>
  /** Reserved and not stored yet, in words. */
  waiting(): string[]
}

/** Watches every write of the table: what is reserved, by whom, and that no counter ever falls. */
export function ledgerOf(system: System, history: History): Ledger {
  const reservations = new Map<string, Reserved>()
  const bodies = new Map<string, Body>()
  const facts = newFacts((rid) => parkedBy(system, rid) === collision)
  history.facts = facts
  const watchHead = (before: Item | undefined, after: Item) => {
    const head = readHead(after)
    const old = before && readHead(before)
    const parent = String(after.pk)
    const most = Math.max(...[old, head].map((one) => one?.entries.length ?? 0))
    if (most >= system.bounds.caps.hard) history.fullAt = system.world.now
    for (const name of ['seq', 'rev', 'pruned'] as const) {
      if (old && head[name] < old[name])
        history.violations.push(`${parent}: ${name} fell from ${old[name]} to ${head[name]}`)
    }
    for (const { rid, rev, number, count } of head.entries) {
      if (old && entryInHead(old, rid)) continue
      const known = reservations.get(rid)
      if (known)
        history.violations.push(`${parent}: ${rid} reserved twice, ${known.number} and ${number}`)
      // Its record was put before, with what it is to hold.
      const body = bodies.get(rid)
      const named =
        body?.own === undefined ? { parent, number } : { parent: 'root', number: body.own }
      const reservation = { rid, ...named, count, rev }
      reservations.set(rid, reservation)
      if (body) facts.note(reservation, body)
    }
  }
  system.table.watch = (before, after) => {
    if (after?.sk === 'head') watchHead(before, after)
    if (after?.sk === 'req') {
      const { rid, parent, values, act, own } = readRequest(after)
      const kind = own === undefined ? parent.kind : 'root'
      if (values !== undefined)
        bodies.set(rid, { values: readValues(kind, JSON.parse(values)), act, own })
    }
  }
  const waiting = () => {
    const stored = new Map(
      [...system.stores.rows.values()].map((row) => [
        `${parentKey(row.parent)}/${row.number}`,
        row.rev,
      ]),
    )
    return numbersOf([...reservations.values()])
      .filter(({ name, rev, rid }) => (stored.get(name) ?? 0) < rev && !parkedBy(system, rid))
      .map(({ name }) => `${name}: not stored in time`)
  }
  return { reservations, bodies, waiting }
}

/** One number of a reservation: what it is called, and which of its values it has. */
interface Numbered extends Reserved {
  name: string
  at: number
}
/** Every number that was reserved, once per reservation. */
const numbersOf = (reservations: Reserved[]): Numbered[] =>
  reservations.flatMap((one) =>
    Array.from({ length: one.count }, (_, i) => ({
      ...one,
      name: `${one.parent}/${one.number + i}`,
      at: i,
    })),
  )

/**
 * What is wrong with one row: it must be of its create, in the newest rev that was reserved, with
 * the value of that request. Requests that are parked are left out, for they have made no row;
 * unless it is this row's own, of which a backup has brought back that it was parked.
 */
function brokenBy(ledger: Ledger, system: System, row: MemoryRow, reserved: Numbered[]): string[] {
  const here = `${parentKey(row.parent)}/${row.number}`
  const isCreate = ({ rid }: Numbered) => ledger.bodies.get(rid)?.act === 'create'
  const isOwn = (one: Numbered) => (isCreate(one) ? one.rid === row.rid : one.rev === row.rev)
  const all = reserved.filter((one) => isOwn(one) || !parkedBy(system, one.rid))
  const creates = all.filter(isCreate)
  const newest = all.toSorted((a, b) => b.rev - a.rev)[0]
  const value = newest && ledger.bodies.get(newest.rid)?.values[newest.at]
  // A stub: its create is parked.
  if (creates.length === 0 && row.rid === null && reserved.some(isCreate)) {
    if (row.rev === 0) return []
  } else if (creates.length !== 1 || creates[0]?.rid !== row.rid)
    return [`${here}: its rid is ${row.rid}, reserved ${creates.map(({ rid }) => rid).join(' ')}`]
  if (row.rev !== newest?.rev) return [`${here}: rev ${row.rev}, reserved up to ${newest?.rev}`]
  return isDeepStrictEqual(row.value, value) ? [] : [`${here}: not the value of ${newest.rid}`]
}

/** At the end: every row is right, and every text that a create was to make is there once. */
export function checkLedger(ledger: Ledger, system: System, history: History): string[] {
  const byName = Map.groupBy(numbersOf([...ledger.reservations.values()]), (one) => one.name)
  // A stub of an application has no number: nobody has reserved it.
  const violations = [...system.stores.rows.values()]
    .filter(({ number }) => number !== undefined)
    .flatMap((row) =>
      brokenBy(ledger, system, row, byName.get(`${parentKey(row.parent)}/${row.number}`) ?? []),
    )
  const made = new Map<string, number>()
  for (const [rid, { values, act }] of ledger.bodies) {
    if (act !== 'create' || !ledger.reservations.has(rid)) continue
    for (const value of values) {
      const text = textOf(value)
      made.set(text, (made.get(text) ?? 0) + 1)
    }
  }
  for (const { text, kind, ackedAt } of history.writes.values()) {
    const times = made.get(text) ?? 0
    if (kind === 'create' && (times > 1 || (times === 0 && ackedAt !== undefined)))
      violations.push(
        `"${text}": reserved ${times} times${ackedAt === undefined ? '' : ', acknowledged'}`,
      )
  }
  return violations
}
