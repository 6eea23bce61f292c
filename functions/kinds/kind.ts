import type * as v from 'valibot'
import type { Columns } from './column.ts'
import type { Representable, Status } from './status.ts'
import type { Times } from './times.ts'

/**
 * What a kind of thing declares of itself, in a file of its own: the bodies of its requests, its
 * value, its columns, its response. No other code knows its fields. V is the type of a value, which
 * the kind's file infers from the schema `value`.
 */
export interface Kind<V extends Times> {
  /** The word for it in problems: there is no such chat. */
  name: string
  /**
   * The message group of its changes is that of a thing of this kind: it itself, or one that it is
   * in. The queue keeps order within a group.
   */
  queueGroup: 'application' | 'chat'
  /** The bodies of POST, PATCH and PUT. */
  create: v.GenericSchema
  update: v.GenericSchema
  replace: v.GenericSchema
  /**
   * What requests, queue messages and the index hold of it. A field that comes later is `added`
   * (added.ts says why). Fields that it does not name are dropped when it is read.
   */
  value: v.GenericSchema<unknown, V>
  /** Its optional fields with what they are when a create or a PUT leaves them out. */
  unset: Partial<V>
  /** Fields with what a delete leaves in them. */
  erased: Partial<V>
  /** Its table in MySQL. */
  table: string
  /** The table's column that counts the children; undefined for a kind that has none. */
  countColumn: string | undefined
  /** The table's columns for its fields. */
  columns: Columns<V>
  /** What clients see of it. */
  response: v.GenericSchema
  represent(row: Representable<V>, status: Status): object
}
