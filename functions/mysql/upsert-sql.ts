import type { ValueOf } from '../kinds/kinds.ts'
import type { Change } from '../protocol/model/reservation.ts'
import type { Cell } from './db.ts'
import { valueCells, valueColumns } from './row-columns.ts'
import { type Below, keyOfChange, tableBelow } from './tables.ts'

/** Applications alone hold their number beside their key. */
const ownNumber = (below: Below): string[] => (below === 'root' ? ['number'] : [])

/**
 * What the upsert writes for one change. Only a create writes its rid: a row without one shows that
 * its create has not arrived, whatever else it holds.
 */
export const tupleOf = <K extends Below>(below: K, change: Change<ValueOf[K]>): Cell[] => [
  ...keyOfChange(change),
  ...valueCells(below, change.value),
  change.act === 'create' ? change.rid : null,
  change.rev,
  ...ownNumber(below).map(() => change.number),
]

/**
 * The upsert of many changes. MySQL assigns from left to right, and each assignment sees what those
 * before it have left. All compare with `rev`, so `rev` is assigned last.
 *
 * `mine` is false for a create whose number another create has taken: it writes nothing, however
 * great its rev. An application also conflicts by its number, and the row that it then finds is
 * another application's. A tombstone stays, whatever comes later or came before.
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
