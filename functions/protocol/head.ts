import * as v from 'valibot'
import { type Parent, parentKey } from './parent.ts'
import type { Item, Key, Put, Update } from './ports.ts'

/**
 * HEAD, the self-recording counter: it numbers the children of one parent and remembers, in the
 * same write, which request got which number. So a repeated call finds what the lost one did
 * instead of taking another number.
 */
export interface Head {
  /** The last number given out. */
  seq: number
  /** Counts every reservation, edits too: versions everything below this parent. */
  rev: number
  /**
   * No entry with a rev up to here may be assumed missing because it never was: it may have been
   * settled.
   */
  pruned: number
  /** rid -> rev of what is reserved and not yet settled or moved out. */
  r: Record<string, number>
  /** rid -> number (creates) or target (edits, deletes). */
  rn: Record<string, number>
  /** rid -> how many numbers, of batches only. */
  c: Record<string, number>
  /** bucket of numbers -> rev of the last edit in it. */
  e: Record<string, number>
  deleted: boolean
  /** Applications only: their own number under the root. */
  number: number | undefined
}
/** What a HEAD that is missing counts. */
export const emptyHead: Head = {
  seq: 0,
  rev: 0,
  pruned: 0,
  r: {},
  rn: {},
  c: {},
  e: {},
  deleted: false,
  number: undefined,
}

/** One entry of a HEAD, or one waiting item. */
export interface Entry {
  rid: string
  rev: number
  number: number
  /** How many numbers from there on. */
  count: number
}

/**
 * Above `soft` entries every accept moves two out; at `hard` it answers 503. 256 entries cost 14
 * write units a write. The simulation lowers both, so that a few requests go where an outage takes
 * thousands.
 */
export const headEntries = { soft: 64, hard: 256 }

const buckets = 16
export const bucketOf = (number: number): string => String(number % buckets)
export const bucketNames: string[] = Array.from({ length: buckets }, (_, number) =>
  bucketOf(number),
)

export const headKey = (parent: Parent): Key => ({ pk: parentKey(parent), sk: 'head' })

const count = v.optional(v.number(), 0)
const counts = v.optional(v.record(v.string(), v.number()), {})
const schema = v.object({
  seq: count,
  rev: count,
  pruned: count,
  r: counts,
  rn: counts,
  c: counts,
  e: counts,
  deleted: v.optional(v.boolean(), false),
  number: v.optional(v.number()),
})

/** The HEAD in a table item. Unknown attributes are a later version's and are left alone. */
export function readHead(item: Item): Head {
  const head = v.parse(schema, item)
  return { ...head, number: head.number }
}

/** The entries, oldest first. */
export const entriesOf = (head: Head): Entry[] =>
  Object.entries(head.r)
    .map(([rid, rev]) => ({ rid, rev, number: head.rn[rid] ?? 0, count: head.c[rid] ?? 1 }))
    .sort((a, b) => a.rev - b.rev)

/** The entry of a rid, if it holds one. */
export function entryOf(head: Head, rid: string): Entry | undefined {
  const rev = head.r[rid]
  const number = head.rn[rid]
  return rev === undefined || number === undefined
    ? undefined
    : { rid, rev, number, count: head.c[rid] ?? 1 }
}

/**
 * Whether an entry is about any number from `first` to `last`; a batch's is about all of its
 * numbers.
 */
export const overlaps = ({ number, count }: Entry, first: number, last: number): boolean =>
  number <= last && number + count > first

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
  const last = head.e[bucketOf(target)]
  return {
    Key: headKey(parent),
    UpdateExpression:
      'SET #r.#rid = #rev + :one, #rn.#rid = :target, #e.#bucket = #rev + :one ADD #rev :one',
    ConditionExpression: `${reservable}#rev >= :built AND ${
      last === undefined ? 'attribute_not_exists(#e.#bucket)' : '#e.#bucket = :last'
    }`,
    ExpressionAttributeNames: { ...names, '#rid': rid, '#e': 'e', '#bucket': bucketOf(target) },
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
