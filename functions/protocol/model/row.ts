import type { Value } from '../../kinds/kinds.ts'

/**
 * What MySQL holds of a number, or what is known of it in that shape: its value, the create that
 * made it, and how many children it has.
 */
export interface Row<V extends Value = Value> {
  number: number
  /** rid of the create; null: an edit made the row, its create has not arrived. */
  rid: string | null
  rev: number
  /** Children that are stored and not deleted; 0 for messages. */
  count: number
  value: V
}
export interface Range {
  /** Exclusive bounds. */
  after?: number | undefined
  before?: number | undefined
  order: 'asc' | 'desc'
  limit: number
}

/**
 * The newest that a reader knows of a number, made by merge of the `Row` and what is `Pending`;
 * `stored`: it is the row. Operations represent it to the client.
 */
export interface Known<V extends Value> {
  row: Row<V>
  status: 'accepted' | 'stored'
  /**
   * How many changes of it were on their way. Not those that are parked: one that a person has
   * dropped stays so for ever. Unset where it was read in a list.
   */
  waiting?: number
}

/** By which create a row was made, and how new it is. A message's has no `count`. */
export type Version = Pick<Row, 'rid' | 'rev'> & Partial<Pick<Row, 'count'>>
