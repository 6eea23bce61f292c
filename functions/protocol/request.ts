import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { Act, Value } from './change.ts'
import type { Entry } from './head.ts'
import { type Parent, parentKey, parseParent } from './parent.ts'
import type { Item, Key, Put, Update } from './ports.ts'

/**
 * REQ, the record of one request: written before its number is reserved, it carries the body until MySQL has it.
 * It lives apart from the parent, so that bodies do not heat the counter's partition.
 */
export interface Request {
  rid: string
  parent: Parent
  act: Act
  /** The whole representation; undefined once it is stored. */
  value: Value | undefined
  /** Of the validated input: tells a repeat from a key that is used for something else. */
  hash: string
  created_at: string
  /** Creates of applications: repeats must hand out the same one. */
  token: string | undefined
  /** What the reservation gave, once the HEAD no longer tells. */
  number: number | undefined
  rev: number | undefined
  stored: boolean
  waiting: boolean
  parked: string | undefined
  /** Milliseconds; undefined while the record may be needed. */
  expiry: number | undefined
  touch: number
  /** How often the sweep has sent it. */
  sent: number
}

export const firstDueMs = 30_000
export const keptMs = 24 * 60 * 60_000
/** The sweep's index is spread over partitions: one would be as hot as all chats together. */
export const shards = 32

const isValue = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && 'created_at' in value && 'updated_at' in value

const number = v.optional(v.number())
const schema = v.object({
  rid: v.string(),
  parent: v.pipe(v.string(), v.transform(parseParent)),
  act: v.picklist(['create', 'edit', 'delete']),
  value: v.optional(
    v.pipe(
      v.string(),
      v.transform((text): unknown => JSON.parse(text)),
      v.custom<Value>(isValue),
    ),
  ),
  hash: v.optional(v.string(), ''),
  created_at: v.string(),
  token: v.optional(v.string()),
  n: number,
  rev: number,
  stored: v.optional(v.boolean(), false),
  waiting: v.optional(v.boolean(), false),
  parked: v.optional(v.string()),
  expiry: number,
  touch: v.optional(v.number(), 0),
  sent: v.optional(v.number(), 0),
})

/** The REQ in a table item. */
export function readRequest(item: Item): Request {
  const { n, token, value, rev, parked, expiry, ...rest } = v.parse(schema, item)
  return {
    ...rest,
    value,
    token,
    rev,
    parked,
    number: n,
    expiry: expiry === undefined ? undefined : expiry * 1000,
  }
}

/** What a settled or waiting request got. */
export const settledEntry = (request: Request): Entry | undefined =>
  request.number === undefined || request.rev === undefined
    ? undefined
    : { rid: request.rid, rev: request.rev, number: request.number }

/** DynamoDB deletes expired items late, up to days; so their time decides, not their absence. */
export const isExpired = (request: Request, now: number): boolean =>
  request.expiry !== undefined && request.expiry <= now

/** A rid's REQ: a keyed rid is the key, a dot and 6 random characters; an unkeyed one is the key itself. */
export const keyOfRid = (rid: string): string => rid.split('.', 1)[0] ?? rid
export const requestKey = (key: string): Key => ({ pk: `req#${key}`, sk: 'req' })
const keyFor = (rid: string): Key => requestKey(keyOfRid(rid))

/** The REQ key of an Idempotency-Key: two applications' keys, or two routes', never meet. */
export const keyedRequest = (...scope: string[]): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 22)

/** Which of the sweep's partitions a request is in. Keys are random or hashes, so two characters spread well. */
const shardOf = (rid: string): number => Number(Buffer.from(rid.slice(0, 2), 'base64url')[0] ?? 0) % shards

export interface NewRequest {
  rid: string
  parent: Parent
  act: Act
  value: Value
  hash: string
  token: string | undefined
  now: number
}

/**
 * Puts a REQ if there is none, or in the place of the expired one that was read. No expiry is set: a body may have to
 * wait for MySQL longer than a day, and what is not settled must never expire.
 */
export function putRequest(request: NewRequest, expired?: Request): Put {
  const due = expired ? { '#rid': 'rid', '#expiry': 'expiry' } : { '#pk': 'pk' }
  return {
    Item: {
      ...keyFor(request.rid),
      v: 1,
      rid: request.rid,
      parent: parentKey(request.parent),
      act: request.act,
      value: JSON.stringify(request.value),
      hash: request.hash,
      created_at: request.value.created_at,
      ...(request.token === undefined ? {} : { token: request.token }),
      due: request.now + firstDueMs,
      due_shard: shardOf(request.rid),
    },
    ConditionExpression: expired ? '#rid = :rid AND #expiry = :expiry' : 'attribute_not_exists(#pk)',
    ExpressionAttributeNames: due,
    ...(expired?.expiry === undefined
      ? {}
      : { ExpressionAttributeValues: { ':rid': expired.rid, ':expiry': expired.expiry / 1000 } }),
  }
}

/** A repeat takes the request over: it is due again and no longer expires. Not one that was settled meanwhile. */
export const touchRequest = (rid: string, now: number): Update => ({
  Key: keyFor(rid),
  UpdateExpression: 'ADD #touch :one SET #due = :due, #shard = :shard REMOVE #expiry',
  ConditionExpression: '#rid = :rid AND attribute_not_exists(#n)',
  ExpressionAttributeNames: {
    '#touch': 'touch',
    '#due': 'due',
    '#shard': 'due_shard',
    '#expiry': 'expiry',
    '#rid': 'rid',
    '#n': 'n',
  },
  ExpressionAttributeValues: { ':one': 1, ':due': now + firstDueMs, ':shard': shardOf(rid), ':rid': rid },
})

/** Settled: the number stays for repeats, the body goes. `force`: also when it waits (its waiting item is deleted). */
export const storeRequest = (entry: Entry, now: number, force: boolean): Update => ({
  Key: keyFor(entry.rid),
  UpdateExpression:
    'SET #n = :n, #rev = :rev, #stored = :true, #expiry = :expiry REMOVE #value, #due, #shard, #waiting, #parked',
  ConditionExpression: `#rid = :rid${force ? '' : ' AND attribute_not_exists(#waiting)'}`,
  ExpressionAttributeNames: {
    '#n': 'n',
    '#rev': 'rev',
    '#stored': 'stored',
    '#expiry': 'expiry',
    '#value': 'value',
    '#due': 'due',
    '#shard': 'due_shard',
    '#waiting': 'waiting',
    '#parked': 'parked',
    '#rid': 'rid',
  },
  ExpressionAttributeValues: {
    ':n': entry.number,
    ':rev': entry.rev,
    ':true': true,
    ':expiry': Math.floor((now + keptMs) / 1000),
    ':rid': entry.rid,
  },
})

/** Half of the move out of the HEAD: not when it is stored (its row is in MySQL) or waits already. */
export const waitRequest = (entry: Entry): Update => ({
  Key: keyFor(entry.rid),
  UpdateExpression: 'SET #n = :n, #rev = :rev, #waiting = :true',
  ConditionExpression: '#rid = :rid AND attribute_not_exists(#stored) AND attribute_not_exists(#waiting)',
  ExpressionAttributeNames: {
    '#n': 'n',
    '#rev': 'rev',
    '#waiting': 'waiting',
    '#stored': 'stored',
    '#rid': 'rid',
  },
  ExpressionAttributeValues: { ':n': entry.number, ':rev': entry.rev, ':true': true, ':rid': entry.rid },
})

/** Parked: can never be stored as it is. No longer swept; its body stays, so that reads still answer from it. */
export const parkRequest = (rid: string, reason: string): Update => ({
  Key: keyFor(rid),
  UpdateExpression: 'SET #parked = :reason REMOVE #due, #shard',
  ConditionExpression: '#rid = :rid AND attribute_not_exists(#stored)',
  ExpressionAttributeNames: {
    '#parked': 'parked',
    '#due': 'due',
    '#shard': 'due_shard',
    '#stored': 'stored',
    '#rid': 'rid',
  },
  ExpressionAttributeValues: { ':reason': reason, ':rid': rid },
})

/** The sweep has sent it: due again later, each time 4x; or, not sent or not reserved, due at `due` as it was. */
export const dueAgain = (rid: string, due: number, sent: boolean): Update => ({
  Key: keyFor(rid),
  UpdateExpression: `SET #due = :due${sent ? ' ADD #sent :one' : ''}`,
  ConditionExpression: '#rid = :rid AND attribute_exists(#due) AND attribute_not_exists(#stored)',
  ExpressionAttributeNames: {
    '#due': 'due',
    '#rid': 'rid',
    '#stored': 'stored',
    ...(sent ? { '#sent': 'sent' } : {}),
  },
  ExpressionAttributeValues: { ':due': due, ':rid': rid, ...(sent ? { ':one': 1 } : {}) },
})

/** Never reserved and too old for a late call: expires, unless a repeat has touched it or it was reserved meanwhile. */
export const expireRequest = (request: Request, now: number): Update => ({
  Key: keyFor(request.rid),
  UpdateExpression: 'SET #expiry = :expiry REMOVE #due, #shard',
  ConditionExpression: `#rid = :rid AND attribute_not_exists(#n) AND ${
    request.touch === 0 ? 'attribute_not_exists(#touch)' : '#touch = :touch'
  }`,
  ExpressionAttributeNames: {
    '#expiry': 'expiry',
    '#due': 'due',
    '#shard': 'due_shard',
    '#rid': 'rid',
    '#n': 'n',
    '#touch': 'touch',
  },
  ExpressionAttributeValues: {
    ':expiry': Math.floor((now + keptMs) / 1000),
    ':rid': request.rid,
    ...(request.touch === 0 ? {} : { ':touch': request.touch }),
  },
})
