import type { Entry } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Put, Update } from '../ports/table.ts'
import { editBucketOf, editBuckets, type Head, headKey, lastEditOf } from './head.ts'

/**
 * Puts a HEAD unless there is one: what a parent's create owes. Never resets a counter that counts.
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
  ExpressionAttributeNames: { '#pk': 'pk' },
})

/** Marks a HEAD as that of a deleted thing: from then on it reserves nothing. */
export const closeHead = (parent: Parent): Update => ({
  Key: headKey(parent),
  UpdateExpression: 'SET #deleted = :true',
  ConditionExpression: 'attribute_exists(#pk)',
  ExpressionAttributeNames: { '#deleted': 'deleted', '#pk': 'pk' },
  ExpressionAttributeValues: { ':true': true },
})

const names = { '#pk': 'pk', '#rev': 'rev', '#r': 'r', '#rn': 'rn', '#deleted': 'deleted' }
const reservable =
  'attribute_exists(#pk) AND attribute_not_exists(#deleted) AND attribute_not_exists(#r.#rid) AND '

/**
 * Takes the next `count` numbers for `rid`. Operands are old values, so `rev + 1` is the very rev
 * that ADD leaves. The fence: `seen` is the rev of an image that showed no entry of this rid. Had
 * the rid been reserved and pruned since, `pruned` would be above it; so a stray late repeat of
 * this call cannot take a second number.
 */
export const reserveNumber = (
  parent: Parent,
  rid: string,
  seen: number,
  count: number,
): Update => ({
  Key: headKey(parent),
  UpdateExpression: `SET #r.#rid = #rev + :one, #rn.#rid = #seq + :one${count > 1 ? ', #c.#rid = :count' : ''} ADD #seq :count, #rev :one`,
  ConditionExpression: `${reservable}#pruned <= :seen`,
  ExpressionAttributeNames: {
    ...names,
    '#seq': 'seq',
    '#rid': rid,
    '#pruned': 'pruned',
    ...(count > 1 ? { '#c': 'c' } : {}),
  },
  ExpressionAttributeValues: { ':one': 1, ':seen': seen, ':count': count },
})

/**
 * Reserves an edit of `target`. Instead of the fence: the bucket's last edit is still the one in
 * `head`, which was read before the representation that the edit builds on, of rev `built`. So two
 * edits never build on the same state, and a late repeat finds its own first self there. Creates do
 * not touch `e` and so never disturb an edit. A counter below `built` has been lost (P9): an edit
 * that it numbers would be older than what it changes.
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
    ExpressionAttributeNames: { ...names, '#rid': rid, '#e': 'e', '#bucket': editBucketOf(target) },
    ExpressionAttributeValues: {
      ':one': 1,
      ':target': target,
      ':built': built,
      ...(last === undefined ? {} : { ':last': last }),
    },
  }
}

/**
 * Removes entries. With `raise`, `pruned` goes up to their greatest rev, if it is below: it never
 * falls. Nor above `rev`: entries from before the counters were lost may be newer than what these
 * have counted since, and a fence above `rev` would refuse every reservation. Only where the HEAD
 * exists: an upsert would make a counter that begins at 1.
 */
export function pruneEntries(parent: Parent, entries: Entry[], raise: boolean): Update {
  const paths = entries
    .flatMap(({ count }, i) => [`#r.#x${i}`, `#rn.#x${i}`, ...(count > 1 ? [`#c.#x${i}`] : [])])
    .join(', ')
  const rids = Object.fromEntries(entries.map((entry, i) => [`#x${i}`, entry.rid]))
  const up = Math.max(...entries.map((entry) => entry.rev))
  return {
    Key: headKey(parent),
    UpdateExpression: `REMOVE ${paths}${raise ? ' SET #pruned = :up' : ''}`,
    ConditionExpression: `attribute_exists(#pk)${raise ? ' AND #pruned < :up AND #rev >= :up' : ''}`,
    ExpressionAttributeNames: {
      '#pk': 'pk',
      '#r': 'r',
      '#rn': 'rn',
      ...(entries.some(({ count }) => count > 1) ? { '#c': 'c' } : {}),
      ...rids,
      ...(raise ? { '#pruned': 'pruned', '#rev': 'rev' } : {}),
    },
    ...(raise ? { ExpressionAttributeValues: { ':up': up } } : {}),
  }
}

/** Raises the last number given out, never lowers it. */
export const raiseSeq = (parent: Parent, seq: number): Update => ({
  Key: headKey(parent),
  UpdateExpression: 'SET #seq = :seq',
  ConditionExpression: 'attribute_exists(#pk) AND #seq < :seq',
  ExpressionAttributeNames: { '#pk': 'pk', '#seq': 'seq' },
  ExpressionAttributeValues: { ':seq': seq },
})

/**
 * Raises the rev, never lowers it, and with it what was edited last in every bucket: unknown, so it
 * may be anything. Else what waits in a backup would pass for the newest while MySQL is away,
 * although it was edited or deleted since, and be read, and built upon.
 */
export const raiseRev = (parent: Parent, rev: number): Update => ({
  Key: headKey(parent),
  UpdateExpression: 'SET #rev = :rev, #e = :edits',
  ConditionExpression: 'attribute_exists(#pk) AND #rev < :rev',
  ExpressionAttributeNames: { '#pk': 'pk', '#rev': 'rev', '#e': 'e' },
  ExpressionAttributeValues: {
    ':rev': rev,
    ':edits': Object.fromEntries(editBuckets.map((bucket) => [bucket, rev])),
  },
})
