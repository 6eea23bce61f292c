import type { Key, Update } from '../ports/table.ts'
import { names } from './names.ts'
import { type Request, requestItemKey } from './request.ts'

/** The writes of the sweep to the REQs that it finds due, each expression beside its reason. */

/**
 * Due at another time: the sweep has sent it (`sent`, which is counted), or looks at it again.
 * Refused where it was settled or parked meanwhile.
 */
export const dueAgain = (rid: string, due: number, sent: boolean): Update => ({
  Key: requestItemKey(rid),
  UpdateExpression: `SET #due = :due${sent ? ' ADD #sent :one' : ''}`,
  ConditionExpression: '#rid = :rid AND attribute_exists(#due) AND attribute_not_exists(#stored)',
  ExpressionAttributeNames: names('due', 'rid', 'stored', ...(sent ? ['sent'] : [])),
  ExpressionAttributeValues: { ':due': due, ':rid': rid, ...(sent ? { ':one': 1 } : {}) },
})

/** A REQ that this version cannot read is looked at again later; so its rid is not compared. */
export const postpone = (key: Key, due: number): Update => ({
  Key: key,
  UpdateExpression: 'SET #due = :due',
  ConditionExpression: 'attribute_exists(#due)',
  ExpressionAttributeNames: names('due'),
  ExpressionAttributeValues: { ':due': due },
})

/**
 * Gives a request up that was never reserved and is too old for a late call: it expires at
 * `expiresAt` (ms since 1970). Refused where it was reserved meanwhile, or a repeat has touched it.
 */
export const expireRequest = (
  request: Pick<Request, 'rid' | 'touched'>,
  expiresAt: number,
): Update => ({
  Key: requestItemKey(request.rid),
  UpdateExpression: 'SET #expiry = :expiry REMOVE #due, #due_shard',
  ConditionExpression: `#rid = :rid AND attribute_not_exists(#n) AND ${
    request.touched === undefined ? 'attribute_not_exists(#touched)' : '#touched = :touched'
  }`,
  ExpressionAttributeNames: names('expiry', 'due', 'due_shard', 'rid', 'n', 'touched'),
  ExpressionAttributeValues: {
    ':expiry': Math.floor(expiresAt / 1000),
    ':rid': request.rid,
    ...(request.touched === undefined ? {} : { ':touched': request.touched }),
  },
})
