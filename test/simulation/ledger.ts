import { readHead } from '../../functions/protocol/head.ts'
import { parentKey, parseParent } from '../../functions/protocol/parent.ts'
import type { Item } from '../../functions/protocol/ports.ts'
import { readRequest } from '../../functions/protocol/request.ts'
import type { History } from './history.ts'
import type { System } from './ports.ts'

interface Reservation {
  rid: string
  parent: string
  number: number
  rev: number
}
/** Every reservation that was ever made, as the watcher of the table saw it happen. */
export interface Ledger {
  reservations: Map<string, Reservation>
  bodies: Map<string, { value: string; act: string }>
  /** Reserved and not stored yet, in words. */
  waiting(): string[]
}

/** Watches the table: what is reserved, by whom, and that no counter ever falls. */
export function ledgerOf(system: System, history: History): Ledger {
  const reservations = new Map<string, Reservation>()
  const bodies = new Map<string, { value: string; act: string }>()
  const watchHead = (before: Item | undefined, after: Item) => {
    const head = readHead(after)
    const old = before && readHead(before)
    const parent = String(after.pk)
    for (const name of ['seq', 'rev', 'pruned'] as const) {
      if (old && head[name] < old[name])
        history.violations.push(`${parent}: ${name} fell from ${old[name]} to ${head[name]}`)
    }
    for (const [rid, rev] of Object.entries(head.r)) {
      if (old && rid in old.r) continue
      const number = head.rn[rid] ?? 0
      const known = reservations.get(rid)
      if (known) history.violations.push(`${parent}: ${rid} reserved twice, ${known.number} and ${number}`)
      reservations.set(rid, { rid, parent, number, rev })
    }
  }
  system.table.watch = (before, after) => {
    if (after?.sk === 'head') watchHead(before, after)
    if (after?.sk === 'req') {
      const { rid, value, act } = readRequest(after)
      if (value !== undefined) bodies.set(rid, { value, act })
    }
  }
  const waiting = () =>
    [...reservations.values()]
      .filter(
        ({ parent, number, rev }) =>
          ![...system.stores.rows.values()].some(
            (row) => parentKey(row.parent) === parent && row.number === number && row.rev >= rev,
          ),
      )
      .map(({ parent, number }) => `${parent}/${number}: not stored in time`)
  return { reservations, bodies, waiting }
}

/** At the end: each number's row is its create's, in the newest rev that was reserved, with that request's own value. */
export function checkLedger(ledger: Ledger, system: System, history: History): string[] {
  const violations: string[] = []
  for (const row of system.stores.rows.values()) {
    const parent = parentKey(parseParent(parentKey(row.parent)))
    const here = `${parent}/${row.number}`
    const all = [...ledger.reservations.values()].filter(
      (one) => one.parent === parent && one.number === row.number,
    )
    const newest = all.reduce((a, b) => (a.rev > b.rev ? a : b), { rid: '', rev: 0, number: 0, parent })
    if (row.rev !== newest.rev) violations.push(`${here}: rev ${row.rev}, reserved up to ${newest.rev}`)
    if (JSON.stringify(row.value) !== ledger.bodies.get(newest.rid)?.value)
      violations.push(`${here}: not the value of ${newest.rid}`)
    const creates = all.filter((one) => ledger.bodies.get(one.rid)?.act === 'create')
    if (creates.length !== 1) violations.push(`${here}: ${creates.length} creates were reserved`)
    if (creates[0]?.rid !== row.rid)
      violations.push(`${here}: its rid is ${row.rid}, reserved ${creates[0]?.rid}`)
  }
  for (const write of history.writes.values()) {
    if (write.edit || write.ackedAt === undefined) continue
    const made = [...ledger.bodies].filter(
      ([rid, { value, act }]) =>
        act === 'create' && value.includes(`"${write.text}"`) && ledger.reservations.has(rid),
    )
    if (made.length !== 1) violations.push(`"${write.text}": acknowledged, reserved ${made.length} times`)
  }
  return violations
}
