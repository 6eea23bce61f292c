import type { Range } from '../protocol/model/row.ts'
import type { SqlValue } from './db.ts'
import type { Children } from './tables.ts'

/**
 * A page is next to the bound that it goes on from: with `before` alone the nearest below, with
 * `after` alone the nearest above, whatever order it is shown in. With both bounds or none, the
 * order says at which end it begins.
 */
function walk(range: Range): 'asc' | 'desc' {
  if (range.before !== undefined && range.after === undefined) return 'desc'
  if (range.after !== undefined && range.before === undefined) return 'asc'
  return range.order
}

export interface PageStatement {
  sql: string
  values: SqlValue[]
  /** The rows come in the order opposite to the range's. */
  reversed: boolean
}

/**
 * The query for one page of a parent's children; it walks the key on (parent, number) and sorts
 * nothing.
 */
export function selectPage(columns: string, children: Children, range: Range): PageStatement {
  const direction = walk(range)
  const below = range.before === undefined ? '' : ' AND number < ?'
  return {
    sql: `SELECT ${columns} FROM ${children.from}${below} AND number > ? ORDER BY number ${direction} LIMIT ?`,
    values: [
      ...children.values,
      ...(range.before === undefined ? [] : [range.before]),
      range.after ?? 0,
      range.limit,
    ],
    reversed: direction !== range.order,
  }
}
