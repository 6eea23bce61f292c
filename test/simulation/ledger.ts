import * as v from 'valibot'
import { headEntries, readHead } from '../../functions/protocol/head.ts'
import { parentKey } from '../../functions/protocol/parent.ts'
import type { Item } from '../../functions/protocol/ports.ts'
import { readRequest } from '../../functions/protocol/request.ts'
import type { History } from './history.ts'
import type { System } from './ports.ts'
import { parkedBy } from './quarantine.ts'

interface Reservation {
  rid: string
  parent: string
  /** The first of `count` numbers. */
  number: number
  count: number
  rev: number
}
/** Every reservation that was ever made, as the watcher of the table saw it happen. */
export interface Ledger {
  reservations: Map<string, Reservation>
  bodies: Map<string, { values: unknown[]; act: string }>
  /** Reserved and not stored yet, in words. */
  waiting(): string[]
}

/** Watches the table: what is reserved, by whom, and that no counter ever falls. */
export function ledgerOf(system: System, history: History): Ledger {
  const reservations = new Map<string, Reservation>()
  const bodies = new Map<string, { values: unknown[]; act: string }>()
  const watchHead = (before: Item | undefined, after: Item) => {
    const head = readHead(after)
    const old = before && readHead(before)
    const parent = String(after.pk)
    const most = Math.max(...[old, head].map((one) => Object.keys(one?.r ?? {}).length))
    if (most >= headEntries.hard) history.fullAt = system.world.now
    for (const name of ['seq', 'rev', 'pruned'] as const) {
      if (old && head[name] < old[name])
        history.violations.push(`${parent}: ${name} fell from ${old[name]} to ${head[name]}`)
    }
    for (const [rid, rev] of Object.entries(head.r)) {
      if (old && rid in old.r) continue
      const number = head.rn[rid] ?? 0
      const known = reservations.get(rid)
      if (known) history.violations.push(`${parent}: ${rid} reserved twice, ${known.number} and ${number}`)
      reservations.set(rid, { rid, parent, number, count: head.c[rid] ?? 1, rev })
    }
  }
  system.table.watch = (before, after) => {
    if (after?.sk === 'head') watchHead(before, after)
    if (after?.sk === 'req') {
      const { rid, values, act } = readRequest(after)
      if (values !== undefined)
        bodies.set(rid, { values: v.parse(v.array(v.unknown()), JSON.parse(values)), act })
    }
  }
  const waiting = () => {
    const stored = new Map(
      [...system.stores.rows.values()].map((row) => [`${parentKey(row.parent)}/${row.number}`, row.rev]),
    )
    return numbersOf([...reservations.values()])
      .filter(({ name, rev, rid }) => (stored.get(name) ?? 0) < rev && !parkedBy(system, rid))
      .map(({ name }) => `${name}: not stored in time`)
  }
  return { reservations, bodies, waiting }
}

/** Every number that was reserved, once per reservation. */
const numbersOf = (reservations: Reservation[]) =>
  reservations.flatMap((one) =>
    Array.from({ length: one.count }, (_, i) => ({ ...one, name: `${one.parent}/${one.number + i}`, at: i })),
  )

/** A message's, a chat's, an application's. */
const texts = v.object({
  body: v.optional(v.string()),
  title: v.optional(v.nullable(v.string())),
  name: v.optional(v.string()),
})

/** At the end: each number's row is its create's, in the newest rev that was reserved, with that request's own value. */
export function checkLedger(ledger: Ledger, system: System, history: History): string[] {
  const violations: string[] = []
  const byName = Map.groupBy(numbersOf([...ledger.reservations.values()]), (one) => one.name)
  for (const row of system.stores.rows.values()) {
    // A stub that nobody has reserved: its application is parked.
    if (row.number === undefined) continue
    const here = `${parentKey(row.parent)}/${row.number}`
    const all = byName.get(here) ?? []
    if (all.some(({ rid }) => parkedBy(system, rid))) continue
    const newest = all.toSorted((a, b) => b.rev - a.rev)[0]
    if (row.rev !== newest?.rev) violations.push(`${here}: rev ${row.rev}, reserved up to ${newest?.rev}`)
    const value = newest && ledger.bodies.get(newest.rid)?.values[newest.at]
    if (JSON.stringify(row.value) !== JSON.stringify(value))
      violations.push(`${here}: not the value of ${newest?.rid}`)
    const creates = all.filter((one) => ledger.bodies.get(one.rid)?.act === 'create')
    if (creates.length !== 1) violations.push(`${here}: ${creates.length} creates were reserved`)
    if (creates[0]?.rid !== row.rid)
      violations.push(`${here}: its rid is ${row.rid}, reserved ${creates[0]?.rid}`)
  }
  const made = new Map<string, number>()
  for (const [rid, { values, act }] of ledger.bodies) {
    if (act !== 'create' || !ledger.reservations.has(rid)) continue
    for (const value of values) {
      const { body, title, name } = v.parse(texts, value)
      const text = body ?? title ?? name ?? ''
      made.set(text, (made.get(text) ?? 0) + 1)
    }
  }
  for (const { text, kind, ackedAt } of history.writes.values()) {
    const times = made.get(text) ?? 0
    if (kind === 'create' && ackedAt !== undefined && times !== 1)
      violations.push(`"${text}": acknowledged, reserved ${times} times`)
  }
  return violations
}
