import type { Value } from '../../kinds/kinds.ts'
import { limits } from '../../limits/limits.ts'
import type { Entry } from '../model/entry.ts'
import { type Parent, parentKey } from '../model/parent.ts'
import type { Act } from '../model/reservation.ts'
import type { Put, Update } from '../ports/table.ts'
import { names } from './names.ts'
import { type Request, requestItemKey, shardOf } from './request.ts'

/**
 * The writes by which a REQ becomes new, waiting, stored, or parked, each expression beside its
 * reason; those of the sweep are in due-writes.ts. docs/protocol.md#items draws its life.
 */

/** A request that has not arrived by then is sent again by the sweep. */
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
  /** See Request.own. */
  own?: number | undefined
  now: number
  /**
   * Of an edit: which of its attempts this is, from 1. A later one replaces the values of the one
   * before, which the HEAD has refused.
   */
  attempt?: number
}

/** On what a REQ is put: see putRequest. */
function conditionOf({ rid, attempt = 1 }: NewRequest, expired: Request | undefined) {
  if (attempt > 2)
    return {
      ConditionExpression: '#rid = :rid AND #attempt = :before',
      ExpressionAttributeNames: names('rid', 'attempt'),
      ExpressionAttributeValues: { ':rid': rid, ':before': attempt - 1 },
    }
  if (attempt === 2)
    return {
      ConditionExpression: '#rid = :rid AND attribute_not_exists(#attempt)',
      ExpressionAttributeNames: names('rid', 'attempt'),
      ExpressionAttributeValues: { ':rid': rid },
    }
  if (expired?.expiry === undefined)
    return {
      ConditionExpression: 'attribute_not_exists(#pk)',
      ExpressionAttributeNames: names('pk'),
    }
  return {
    ConditionExpression: '#rid = :rid AND #expiry = :expiry',
    ExpressionAttributeNames: names('rid', 'expiry'),
    ExpressionAttributeValues: { ':rid': expired.rid, ':expiry': expired.expiry / 1000 },
  }
}

/**
 * Puts a REQ if there is none, or in the place of the expired one that was read. No expiry is set:
 * a body may have to wait for MySQL longer than a day, and what is not settled must never expire.
 * A later attempt of an edit replaces the one before it and no other: a put that comes late would
 * set values back that were given up, after newer ones were reserved.
 */
export function putRequest(request: NewRequest, expired?: Request): Put {
  return {
    Item: {
      ...requestItemKey(request.rid),
      v: 1,
      rid: request.rid,
      parent: parentKey(request.parent),
      act: request.act,
      ...(request.own === undefined ? {} : { own: request.own }),
      values: JSON.stringify(request.values),
      ...(request.values.length > 1 ? { count: request.values.length } : {}),
      hash: request.hash,
      created_at: request.createdAt,
      ...(request.token === undefined ? {} : { token: request.token }),
      due: request.now + firstDueMs,
      due_shard: shardOf(request.rid),
      ...((request.attempt ?? 1) > 1 ? { attempt: request.attempt ?? 1 } : {}),
    },
    ...conditionOf(request, expired),
  }
}

/**
 * A repeat takes a request over that has no number: it is due again and no longer expires, and the
 * sweep counts its age from now. Refused where the request has been settled or moved out meanwhile:
 * it would be due again, without a body, and nothing would ever settle it.
 */
export const touchRequest = (rid: string, now: number): Update => ({
  Key: requestItemKey(rid),
  UpdateExpression: 'SET #touched = :now, #due = :due, #due_shard = :shard REMOVE #expiry',
  ConditionExpression: '#rid = :rid AND attribute_not_exists(#n)',
  ExpressionAttributeNames: names('touched', 'due', 'due_shard', 'expiry', 'rid', 'n'),
  ExpressionAttributeValues: {
    ':now': now,
    ':due': now + firstDueMs,
    ':shard': shardOf(rid),
    ':rid': rid,
  },
})

/**
 * Half of moving an entry out of the HEAD (move-out.ts); the other half puts the waiting item.
 * Refused where the request is stored, or has its waiting item already.
 */
export const waitRequest = (entry: Entry): Update => ({
  Key: requestItemKey(entry.rid),
  UpdateExpression: 'SET #n = :n, #rev = :rev, #waiting = :true',
  ConditionExpression:
    '#rid = :rid AND attribute_not_exists(#stored) AND attribute_not_exists(#waiting)',
  ExpressionAttributeNames: names('n', 'rev', 'waiting', 'stored', 'rid'),
  ExpressionAttributeValues: {
    ':n': entry.number,
    ':rev': entry.rev,
    ':true': true,
    ':rid': entry.rid,
  },
})

/**
 * The row is committed: the number stays for repeats until `expiresAt` (ms since 1970), the body
 * goes. Refused while the request is waiting, for its waiting item must be deleted first; `force`
 * says that it was.
 */
export const storeRequest = (entry: Entry, expiresAt: number, force: boolean): Update => ({
  Key: requestItemKey(entry.rid),
  UpdateExpression:
    'SET #n = :n, #rev = :rev, #stored = :true, #expiry = :expiry REMOVE #values, #due, #due_shard, #waiting, #parked',
  ConditionExpression: `#rid = :rid${force ? '' : ' AND attribute_not_exists(#waiting)'}`,
  ExpressionAttributeNames: {
    ...names('n', 'rev', 'stored', 'expiry', 'rid'),
    ...names('values', 'due', 'due_shard', 'waiting', 'parked'),
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
 * It can never be stored as it is and waits for a person: no longer due. The body stays, so that
 * reads still show it.
 */
export const parkRequest = (rid: string, reason: string): Update => ({
  Key: requestItemKey(rid),
  UpdateExpression: 'SET #parked = :reason REMOVE #due, #due_shard',
  ConditionExpression: '#rid = :rid AND attribute_not_exists(#stored)',
  ExpressionAttributeNames: names('parked', 'due', 'due_shard', 'stored', 'rid'),
  ExpressionAttributeValues: { ':reason': reason, ':rid': rid },
})

/** The inverse of parkRequest: due at once. */
export const unparkRequest = (rid: string, now: number): Update => ({
  Key: requestItemKey(rid),
  UpdateExpression: 'SET #due = :now, #due_shard = :shard REMOVE #parked',
  ConditionExpression:
    '#rid = :rid AND attribute_exists(#parked) AND attribute_not_exists(#stored)',
  ExpressionAttributeNames: names('due', 'due_shard', 'parked', 'rid', 'stored'),
  ExpressionAttributeValues: { ':now': now, ':shard': shardOf(rid), ':rid': rid },
})
