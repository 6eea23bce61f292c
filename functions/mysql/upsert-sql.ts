import type { ValueOf } from '../kinds/kinds.ts'
import type { Change } from '../protocol/model/reservation.ts'
import type { Cell } from './db.ts'
import { valueCells, valueColumns } from './row-columns.ts'
import { type Below, keyOfChange, tableBelow } from './tables.ts'

/** Applications alone hold their number beside their key. */
const ownNumber = (below: Below): string[] => (below === 'root' ? ['number'] : [])

/**
 * One row of the upsert below. Only a create brings the rid: a row without one is a stub, whatever
 * it holds.
 */
export const tupleOf = <K extends Below>(below: K, change: Change<ValueOf[K]>): Cell[] => [
  ...keyOfChange(change),
  ...valueCells(below, change.value),
  change.act === 'create' ? change.rid : null,
  change.rev,
  ...ownNumber(below).map(() => change.number),
]

/**
 * The upsert of many changes. MySQL carries out the assignments from left to right, each with what
 * those before it have left, so `rev`, which the others compare with, comes last.
 *
 * `mine`: a create whose number another create has taken writes nothing at all, however great its
 * rev. An application conflicts by its number as well, and the row that it finds so is another
 * application's. A tombstone stays, whatever comes later or came before it.
 */
export function upsertSql(below: Below): string {
  const { name: table, key } = tableBelow(below)
  const columns = [...key, ...valueColumns(below), 'rid', 'rev', ...ownNumber(below)]
  const own = below === 'root' ? ` AND ${table}.app = new.app` : ''
  const mine = `(new.rid IS NULL OR ${table}.rid IS NULL OR ${table}.rid = new.rid)${own}`
  const newest = valueColumns(below)
    .filter((column) => column !== 'deleted_at')
    .map(
      (column) =>
        `${column} = IF(${mine} AND new.rev > ${table}.rev, new.${column}, ${table}.${column})`,
    )
  const first = ['deleted_at', 'rid', ...ownNumber(below)].map(
    (column) =>
      `${column} = IF(${mine}, COALESCE(${table}.${column}, new.${column}), ${table}.${column})`,
  )
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ? AS new
    ON DUPLICATE KEY UPDATE ${[...newest, ...first].join(', ')},
    rev = IF(${mine}, GREATEST(${table}.rev, new.rev), ${table}.rev)`
}
