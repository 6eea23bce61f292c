import { type Entry, ownNumber } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Put, Update } from '../ports/table.ts'
import {
  editBucketOf,
  editBucketsOf,
  type Head,
  headKey,
  lastEditOf,
  type Suspension,
} from './head.ts'
import { names } from './names.ts'

/**
 * Puts a HEAD unless there is one. A new application or chat owes this; `start` is for counters
 * that are made again after a loss. It never resets a HEAD that counts.
 */
export const putHead = (
  parent: Parent,
  start: { seq?: number; rev?: number; number?: number; deleted?: boolean } = {},
): Put => ({
  Item: {
    ...headKey(parent),
    v: 1,
    seq: 0,
    rev: 0,
    pruned: 0,
    r: {},
    rn: {},
    c: {},
    e: {},
    ...start,
  },
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: names('pk'),
})

/** Closes the HEAD of a deleted thing: from then on it reserves nothing. */
export const closeHead = (parent: Parent): Update => ({
  Key: headKey(parent),
  UpdateExpression: 'SET #deleted = :true',
  ConditionExpression: 'attribute_exists(#pk)',
  ExpressionAttributeNames: names('pk', 'deleted'),
  ExpressionAttributeValues: { ':true': true },
})

/**
 * Suspends an application, or lifts that (undefined). It is its HEAD that says so, which every
 * request reads, so no request costs more for it. Refused where there is no HEAD: an update would
 * make one that counts from 0. No other write of a HEAD touches it.
 */
export const suspendHead = (parent: Parent, suspended: Suspension | undefined): Update => ({
  Key: headKey(parent),
  UpdateExpression: suspended ? 'SET #suspended = :suspended' : 'REMOVE #suspended',
  ConditionExpression: 'attribute_exists(#pk)',
  ExpressionAttributeNames: names('pk', 'suspended'),
  ...(suspended ? { ExpressionAttributeValues: { ':suspended': suspended } } : {}),
})

/** What every reservation requires: a HEAD that is there, not closed, and without this request. */
const reservable =
  'attribute_exists(#pk) AND attribute_not_exists(#deleted) AND attribute_not_exists(#r.#rid) AND '

/**
 * Takes the next `count` numbers for `rid`. Operands are old values, so `rev + 1` is the very rev
 * that ADD leaves. The fence: `seen` is the rev of an image that had no entry of this rid, at a
 * time when it had never been reserved. Were it reserved and pruned since, `pruned` would be above
 * `seen`. So this call, if it arrives late, cannot take a second number
 * (docs/protocol.md#the-fence).
 */
export function reserveNumber(parent: Parent, rid: string, seen: number, count: number): Update {
  const batch = count > 1
  const attributes = ['pk', 'deleted', 'seq', 'rev', 'pruned', 'r', 'rn', ...(batch ? ['c'] : [])]
  return {
    Key: headKey(parent),
    UpdateExpression: `SET #r.#rid = #rev + :one, #rn.#rid = #seq + :one${batch ? ', #c.#rid = :count' : ''} ADD #seq :count, #rev :one`,
    ConditionExpression: `${reservable}#pruned <= :seen`,
    ExpressionAttributeNames: { ...names(...attributes), '#rid': rid },
    ExpressionAttributeValues: { ':one': 1, ':seen': seen, ':count': count },
  }
}

/**
 * Reserves an edit or delete of the number `target`. In place of the fence: the last edit in its
 * bucket is still the one in `head`, an image that was read before the value that the edit builds
 * on. So two edits never build on the same state, and this call, if it arrives late, finds the
 * bucket changed by the attempt that succeeded. Creates do not touch the buckets, so they never
 * disturb an edit. `built` is the rev of the value that the edit builds on: a counter below it has
 * been lost (P9), and would give the edit a rev that is older than what it changes.
 */
export function reserveTarget(
  parent: Parent,
  rid: string,
  target: number,
  head: Head,
  built: number,
): Update {
  const last = lastEditOf(head, target)
  return {
    Key: headKey(parent),
    UpdateExpression:
      'SET #r.#rid = #rev + :one, #rn.#rid = :target, #e.#bucket = #rev + :one ADD #rev :one',
    ConditionExpression: `${reservable}#rev >= :built AND ${
      last === undefined ? 'attribute_not_exists(#e.#bucket)' : '#e.#bucket = :last'
    }`,
    ExpressionAttributeNames: {
      ...names('pk', 'deleted', 'rev', 'r', 'rn', 'e'),
      '#rid': rid,
      '#bucket': editBucketOf(target),
    },
    ExpressionAttributeValues: {
      ':one': 1,
      ':target': target,
      ':built': built,
      ...(last === undefined ? {} : { ':last': last }),
    },
  }
}

/**
 * Removes entries and raises `pruned` to `fence`, or leaves it (undefined). It is refused where
 * `pruned` is there already, for it never falls, and where `rev` is below: entries from before the
 * counters were lost may be newer than what these have counted since, and with `pruned` above `rev`
 * the fence would refuse every reservation. Nothing is written where there is no HEAD: an update
 * would make one that counts from 0.
 */
export function pruneEntries(parent: Parent, entries: Entry[], fence: number | undefined): Update {
  const raise = fence !== undefined
  const paths = entries.flatMap(({ count }, i) => [
    `#r.#x${i}`,
    `#rn.#x${i}`,
    ...(count > 1 ? [`#c.#x${i}`] : []),
  ])
  const batches = entries.some(({ count }) => count > 1)
  return {
    Key: headKey(parent),
    UpdateExpression: `REMOVE ${paths.join(', ')}${raise ? ' SET #pruned = :up' : ''}`,
    ConditionExpression: `attribute_exists(#pk)${raise ? ' AND #pruned < :up AND #rev >= :up' : ''}`,
    ExpressionAttributeNames: {
      ...names('pk', 'r', 'rn', ...(batches ? ['c'] : []), ...(raise ? ['pruned', 'rev'] : [])),
      ...Object.fromEntries(entries.map((entry, i) => [`#x${i}`, entry.rid])),
    },
    ...(raise ? { ExpressionAttributeValues: { ':up': fence } } : {}),
  }
}

/** Raises the last number given out, never lowers it. */
export const raiseSeq = (parent: Parent, seq: number): Update => ({
  Key: headKey(parent),
  UpdateExpression: 'SET #seq = :seq',
  ConditionExpression: 'attribute_exists(#pk) AND #seq < :seq',
  ExpressionAttributeNames: names('pk', 'seq'),
  ExpressionAttributeValues: { ':seq': seq },
})

/**
 * Raises the rev, never lowers it, and with it the last edit of every bucket: what was edited last
 * is not known, so it may be anything. Otherwise a pending change that a backup brought back would
 * pass for the newest while MySQL is away, although the thing was edited or deleted since; it would
 * be read, and built upon.
 */
export const raiseRev = (parent: Parent, rev: number): Update => ({
  Key: headKey(parent),
  UpdateExpression: 'SET #rev = :rev, #e = :edits',
  ConditionExpression: 'attribute_exists(#pk) AND #rev < :rev',
  ExpressionAttributeNames: names('pk', 'rev', 'e'),
  ExpressionAttributeValues: {
    ':rev': rev,
    ':edits': Object.fromEntries(editBucketsOf(parent).map((bucket) => [bucket, rev])),
  },
})

/**
 * Raises the rev of an application's HEAD to that of the application's row, which the root's HEAD
 * has counted: in version 0.1 it counted the edits, too. Never lowers it. With it the last edit
 * of the application itself rises, so that an edit that was refused before is refused for good.
 * Where it is refused, for a create has raised the rev first, that edit may still pass.
 */
export const raiseOwn = (parent: Parent, rev: number): Update => ({
  Key: headKey(parent),
  UpdateExpression: 'SET #rev = :counted, #e.#own = :counted',
  ConditionExpression: 'attribute_exists(#pk) AND #rev < :counted',
  ExpressionAttributeNames: { ...names('pk', 'rev', 'e'), '#own': editBucketOf(ownNumber) },
  ExpressionAttributeValues: { ':counted': rev },
})
