import type { Value } from '../../kinds/values.ts'
import { limits } from '../../limits/limits.ts'
import type { Entry } from '../model/entry.ts'
import { type Parent, parentKey } from '../model/parent.ts'
import type { Act } from '../model/reservation.ts'
import type { Key, Put, Update } from '../ports/table.ts'
import { type Request, requestItemKey, shardOf } from './request.ts'

/** Every write that a REQ goes through, each expression beside its reason. */

const firstDueMs = 30_000
/**
 * How long a request is remembered that is settled or was given up. The simulation passes less, so
 * that keys expire within a schedule.
 */
export const keptMs: number = limits.idempotencyHours * 60 * 60_000
export interface NewRequest {
  rid: string
  parent: Parent
  act: Act
  values: Value[]
  createdAt: string
  hash: string
  token: string | undefined
  now: number
}

/**
 * Puts a REQ if there is none, or in the place of the expired one that was read. No expiry is set:
 * a body may have to wait for MySQL longer than a day, and what is not settled must never expire.
 */
export function putRequest(request: NewRequest, expired?: Request): Put {
  const due = expired ? { '#rid': 'rid', '#expiry': 'expiry' } : { '#pk': 'pk' }
  return {
    Item: {
      ...requestItemKey(request.rid),
      v: 1,
      rid: request.rid,
      parent: parentKey(request.parent),
      act: request.act,
      values: JSON.stringify(request.values),
      ...(request.values.length > 1 ? { count: request.values.length } : {}),
      hash: request.hash,
      created_at: request.createdAt,
      ...(request.token === undefined ? {} : { token: request.token }),
      due: request.now + firstDueMs,
      due_shard: shardOf(request.rid),
    },
    ConditionExpression: expired
      ? '#rid = :rid AND #expiry = :expiry'
      : 'attribute_not_exists(#pk)',
    ExpressionAttributeNames: due,
    ...(expired?.expiry === undefined
      ? {}
      : { ExpressionAttributeValues: { ':rid': expired.rid, ':expiry': expired.expiry / 1000 } }),
  }
}

/**
 * A repeat takes the request over: it is due again and no longer expires. Not one that was settled
 * meanwhile.
 */
export const touchRequest = (rid: string, now: number): Update => ({
  Key: requestItemKey(rid),
  UpdateExpression: 'SET #touched = :now, #due = :due, #shard = :shard REMOVE #expiry',
  ConditionExpression: '#rid = :rid AND attribute_not_exists(#n)',
  ExpressionAttributeNames: {
    '#touched': 'touched',
    '#due': 'due',
    '#shard': 'due_shard',
    '#expiry': 'expiry',
    '#rid': 'rid',
    '#n': 'n',
  },
  ExpressionAttributeValues: {
    ':now': now,
    ':due': now + firstDueMs,
    ':shard': shardOf(rid),
    ':rid': rid,
  },
})

/**
 * Settled: the number stays for repeats, the body goes. `force`: also when it waits (its waiting
 * item is deleted). `expiresAt`: ms since 1970.
 */
export const storeRequest = (entry: Entry, expiresAt: number, force: boolean): Update => ({
  Key: requestItemKey(entry.rid),
  UpdateExpression:
    'SET #n = :n, #rev = :rev, #stored = :true, #expiry = :expiry REMOVE #values, #due, #shard, #waiting, #parked',
  ConditionExpression: `#rid = :rid${force ? '' : ' AND attribute_not_exists(#waiting)'}`,
  ExpressionAttributeNames: {
    '#n': 'n',
    '#rev': 'rev',
    '#stored': 'stored',
    '#expiry': 'expiry',
    '#values': 'values',
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
    ':expiry': Math.floor(expiresAt / 1000),
    ':rid': entry.rid,
  },
})

/**
 * Half of the move out of the HEAD: not when it is stored (its row is in MySQL) or waits already.
 */
export const waitRequest = (entry: Entry): Update => ({
  Key: requestItemKey(entry.rid),
  UpdateExpression: 'SET #n = :n, #rev = :rev, #waiting = :true',
  ConditionExpression:
    '#rid = :rid AND attribute_not_exists(#stored) AND attribute_not_exists(#waiting)',
  ExpressionAttributeNames: {
    '#n': 'n',
    '#rev': 'rev',
    '#waiting': 'waiting',
    '#stored': 'stored',
    '#rid': 'rid',
  },
  ExpressionAttributeValues: {
    ':n': entry.number,
    ':rev': entry.rev,
    ':true': true,
    ':rid': entry.rid,
  },
})

/**
 * Parked: can never be stored as it is. No longer swept; its body stays, so that reads still answer
 * from it.
 */
export const parkRequest = (rid: string, reason: string): Update => ({
  Key: requestItemKey(rid),
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

/** Due at another time: the sweep has sent it (and counts that), or looks at it again. */
export const dueAgain = (rid: string, due: number, sent: boolean): Update => ({
  Key: requestItemKey(rid),
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

/** A REQ that this version cannot read is looked at again later. */
export const postpone = (key: Key, due: number): Update => ({
  Key: key,
  UpdateExpression: 'SET #due = :due',
  ConditionExpression: 'attribute_exists(#due)',
  ExpressionAttributeNames: { '#due': 'due' },
  ExpressionAttributeValues: { ':due': due },
})

/**
 * Never reserved and too old for a late call: expires, unless a repeat has touched it or it was
 * reserved meanwhile. `expiresAt`: ms since 1970.
 */
export const expireRequest = (request: Request, expiresAt: number): Update => ({
  Key: requestItemKey(request.rid),
  UpdateExpression: 'SET #expiry = :expiry REMOVE #due, #shard',
  ConditionExpression: `#rid = :rid AND attribute_not_exists(#n) AND ${
    request.touched === undefined ? 'attribute_not_exists(#touched)' : '#touched = :touched'
  }`,
  ExpressionAttributeNames: {
    '#expiry': 'expiry',
    '#due': 'due',
    '#shard': 'due_shard',
    '#rid': 'rid',
    '#n': 'n',
    '#touched': 'touched',
  },
  ExpressionAttributeValues: {
    ':expiry': Math.floor(expiresAt / 1000),
    ':rid': request.rid,
    ...(request.touched === undefined ? {} : { ':touched': request.touched }),
  },
})
