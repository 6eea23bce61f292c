import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { Entry } from '../model/entry.ts'
import { type Parent, parseParent, root } from '../model/parent.ts'
import type { Act, Reservation } from '../model/reservation.ts'
import { readValues } from '../model/values.ts'
import type { Item, Key } from '../ports/table.ts'

/**
 * REQ, the record of one request. It is put before the request has a number, and carries the values
 * (of a create those of its `Input`) until MySQL has them. The number is noted as an `Entry` in the
 * parent's HEAD; both together are the `Reservation`. It lives apart from the parent, so that
 * bodies do not heat the counter's partition.
 */
export interface Request {
  rid: string
  parent: Parent
  act: Act
  /**
   * Of an edit or a delete of an application: its number under the root. `parent` is then the
   * application itself, whose HEAD has reserved it.
   */
  own?: number | undefined
  /** The whole values as JSON (model/values.ts reads them); undefined once they are stored. */
  values?: string | undefined
  /** How many numbers it asks for. */
  count: number
  /** Of the validated input: tells a repeat from a key that is used for something else. */
  hash: string
  created_at: string
  /** Creates of applications: a repeat must be given the same one. */
  token?: string | undefined
  /**
   * The number that it has, or its first; set when its entry leaves the HEAD, and kept for ever.
   * Undefined: its entry is in the HEAD, or it was never reserved.
   */
  number: number | undefined
  rev?: number | undefined
  /** It is settled: its row is in MySQL. */
  stored: boolean
  /** It has a waiting item. */
  waiting: boolean
  /** Why it can never be stored as it is; it waits for a person. */
  parked?: string | undefined
  /** Milliseconds; undefined while the record may be needed. */
  expiry: number | undefined
  /** Milliseconds: when a repeat last took it over. */
  touched?: number | undefined
  /** Milliseconds: when the sweep looks at it; undefined once it needs no more sending. */
  due?: number | undefined
  /** How often the sweep has sent it. */
  sent: number
}

/** The reason `parked` of a create whose number another create has: counters were lost (P9). */
export const collision = 'collision'

/** The sweep's index is spread over partitions: one would be as hot as all chats together. */
export const shards = 32

const number = v.optional(v.number())
const schema = v.object({
  rid: v.string(),
  parent: v.pipe(v.string(), v.transform(parseParent)),
  act: v.picklist(['create', 'edit', 'delete']),
  own: number,
  values: v.optional(v.string()),
  count: v.optional(v.number(), 1),
  hash: v.optional(v.string(), ''),
  created_at: v.string(),
  token: v.optional(v.string()),
  n: number,
  rev: number,
  stored: v.optional(v.boolean(), false),
  waiting: v.optional(v.boolean(), false),
  parked: v.optional(v.string()),
  expiry: number,
  touched: number,
  due: number,
  sent: v.optional(v.number(), 0),
})

/** All of a REQ but its values, which are most of its bytes. */
export const requestAttributes: string[] = Object.keys(schema.entries).filter(
  (name) => name !== 'values',
)

/** The REQ in a table item. */
export function readRequest(item: Item): Request {
  const { n, expiry, ...rest } = v.parse(schema, item)
  return { ...rest, number: n, expiry: expiry === undefined ? undefined : expiry * 1000 }
}

/** The reservation of a request; undefined where it has lost its values. Throws a ValiError. */
export function reservationFrom(request: Request, entry: Entry): Reservation | undefined {
  const { parent, act, own, values: json } = request
  if (json === undefined) return undefined
  const { rid, rev, number } = entry
  const values = readValues(own === undefined ? parent.kind : 'root', JSON.parse(json))
  return own === undefined
    ? { rid, rev, number, parent, act, values }
    : { rid, rev, number: own, parent: root, counter: parent, act, values }
}

/** The entry of a request that has left the HEAD; undefined: see `number`. */
export const entryOfRequest = (request: Request): Entry | undefined =>
  request.number === undefined || request.rev === undefined
    ? undefined
    : { rid: request.rid, rev: request.rev, number: request.number, count: request.count }

/** DynamoDB deletes expired items up to days late; so their time decides, not their presence. */
export const isExpired = (request: Request, now: number): boolean =>
  request.expiry !== undefined && request.expiry <= now

/**
 * The key of a rid's REQ. A keyed rid is that key, a dot and 6 random characters, so that the next
 * use of an expired key is another rid under the same key; an unkeyed one is the key itself.
 */
export const keyOfRid = (rid: string): string => rid.split('.', 1)[0] ?? rid
export const requestKey = (key: string): Key => ({ pk: `req#${key}`, sk: 'req' })
export const requestItemKey = (rid: string): Key => requestKey(keyOfRid(rid))

/**
 * The REQ key of an Idempotency-Key and its scope, which keeps the keys of two applications, or of
 * two routes, apart.
 */
export const idempotencyRequestKey = (...scope: string[]): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 22)

/**
 * Which partition of the sweep's index a request is in. Keys are random or hashes, so their first
 * two characters spread well.
 */
export const shardOf = (rid: string): number =>
  Number(Buffer.from(rid.slice(0, 2), 'base64url')[0] ?? 0) % shards
