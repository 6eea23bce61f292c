import { createHash } from 'node:crypto'
import type { Entry } from './head.ts'
import type { Parent } from './parent.ts'

/**
 * What one request was given: `values[i]` is what `number + i` under `parent` holds from `rev` on.
 * One value for all but batches, whose numbers follow each other. It travels as one: one REQ, one
 * queue message, all or nothing.
 */
export interface Reservation<V extends Value = Value> {
  rid: string
  rev: number
  parent: Parent
  number: number
  act: Act
  values: V[]
}

/**
 * One number of a reservation: the whole representation that it has from `rev` on. Whole, never
 * partial: changes overtake each other in the queue, and the greatest rev must win alone.
 */
export interface Change<V extends Value = Value> {
  rid: string
  rev: number
  parent: Parent
  number: number
  act: Act
  value: V
}
/** How HEADs and waiting items hold a reservation. */
export const entryFor = ({ rid, rev, number, values }: Reservation): Entry => ({
  rid,
  rev,
  number,
  count: values.length,
})

/** The changes that a reservation makes, one per number. */
export const changesOf = <V extends Value>({
  values,
  ...reservation
}: Reservation<V>): Change<V>[] =>
  values.map((value, i) => ({ ...reservation, number: reservation.number + i, value }))

export type Act = 'create' | 'edit' | 'delete'

export interface ApplicationValue extends Times {
  token: string
  name: string
}
export interface ChatValue extends Times {
  title: string | null
  metadata: Metadata | null
}
export interface MessageValue extends Times {
  body: string
  sender: string | null
  metadata: Metadata | null
}
export type Value = ApplicationValue | ChatValue | MessageValue
export type Metadata = Record<string, unknown>
/**
 * Whether a JSON value is an object. Not v.record: that drops a key `__proto__`, and metadata comes
 * back as it was sent.
 */
export const isMetadata = (value: unknown): value is Metadata =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 3339, UTC, milliseconds. `deleted_at` marks a tombstone. */
interface Times {
  created_at: string
  updated_at: string
  deleted_at: string | null
}

/** The value's type by its parent's kind. */
export interface ValueOf {
  root: ApplicationValue
  application: ChatValue
  chat: MessageValue
}

/**
 * The internal key of an application: keys, groups, the index and logs carry it instead of the
 * token.
 */
export const appKey = (token: string): string =>
  createHash('sha256').update(token).digest('hex').slice(0, 32)

/**
 * What is known of a number: its newest representation, the create that made it, and its children.
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
