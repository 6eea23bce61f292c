import type * as v from 'valibot'
import type { Columns } from './column.ts'
import type { Representable, Status } from './status.ts'
import type { Times } from './times.ts'

/**
 * A kind of thing, by the type of its values. Each has one file that declares all of this; no code
 * outside of it knows the kind's fields.
 */
export interface Kind<V extends Times> {
  /** What problems call one of them. */
  name: 'application' | 'chat' | 'message'
  /**
   * Persist works through a queue group in order. The group is that of the thing itself, or of what
   * it is in: whichever is of this kind.
   */
  queueGroup: 'application' | 'chat'
  /** The bodies of POST, PATCH and PUT. */
  create: v.GenericSchema
  update: v.GenericSchema
  replace: v.GenericSchema
  /**
   * What REQs, queue messages and the index hold of one. Fields that it does not name are dropped.
   */
  value: v.GenericSchema<unknown, V>
  /**
   * The optional fields as they are where nobody has set them: left out of a create or of a PUT.
   */
  unset: Partial<V>
  /** What a delete puts in the place of what the thing said. */
  erased: Partial<V>
  /** MySQL's table. */
  table: 'applications' | 'chats' | 'messages'
  /** The table's column that counts the children; a kind without one is no parent. */
  countColumn: 'chats_count' | 'messages_count' | undefined
  columns: Columns<V>
  /** What clients see of one, as a schema and as what makes it. */
  response: v.GenericSchema
  represent(row: Representable<V>, status: Status): object
}
