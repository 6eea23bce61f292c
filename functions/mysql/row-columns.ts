import type { Columns, FieldOf } from '../kinds/column.ts'
import { kindBelow, type ValueOf } from '../kinds/kinds.ts'
import type { Times } from '../kinds/times.ts'
import type { Row } from '../protocol/model/row.ts'
import {
  readInstant,
  readInstantOrNull,
  readTextOrNull,
  readWhole,
  writeInstant,
  writeInstantOrNull,
} from './cells.ts'
import type { Cell, SqlRow } from './db.ts'
import { type Below, parentColumns } from './tables.ts'

/** The cast: Columns<V> has the names of V's fields, but Object.keys returns any text. */
const fieldsOf = <V extends Times>(columns: Columns<V>) => Object.keys(columns) as FieldOf<V>[]

/** The columns that hold the value of a row: its fields and its times. */
export const valueColumns = (below: Below): string[] => [
  ...Object.keys(kindBelow[below].columns),
  ...['created_at', 'updated_at', 'deleted_at'],
]

/** A value as these columns hold it. Throws DataError on what they do not take. */
export function valueCells<K extends Below>(below: K, value: ValueOf[K]): Cell[] {
  const columns: Columns<ValueOf[K]> = kindBelow[below].columns
  return [
    ...fieldsOf(columns).map((field) => columns[field].write(value[field])),
    writeInstant(value.created_at),
    writeInstant(value.updated_at),
    writeInstantOrNull(value.deleted_at),
  ]
}

/** The columns of a SELECT whose rows `readRow` reads. */
export function rowColumns(below: Below): string {
  const { countColumn } = kindBelow[below]
  const count = countColumn === undefined ? [] : [`${countColumn} AS child_count`]
  const all = [...parentColumns[below], 'number', 'rid', 'rev', ...count, ...valueColumns(below)]
  return all.join(', ')
}

/** A row of such a SELECT. Throws a TypeError on a cell that is not what was stored. */
export function readRow<K extends Below>(below: K, row: SqlRow): Row<ValueOf[K]> {
  const { columns, countColumn } = kindBelow[below]
  return {
    number: readWhole(row.number),
    rid: readTextOrNull(row.rid),
    rev: readWhole(row.rev),
    count: countColumn === undefined ? 0 : readWhole(row.child_count),
    value: readValue<ValueOf[K]>(columns, row),
  }
}

/** The cast: V is its fields and the times, but Object.fromEntries returns any object. */
const readValue = <V extends Times>(columns: Columns<V>, row: SqlRow): V =>
  ({
    ...Object.fromEntries(
      fieldsOf(columns).map((field) => [field, columns[field].read(row[field])]),
    ),
    created_at: readInstant(row.created_at),
    updated_at: readInstant(row.updated_at),
    deleted_at: readInstantOrNull(row.deleted_at),
  }) as V
