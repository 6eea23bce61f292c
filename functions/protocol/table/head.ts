import * as v from 'valibot'
import type { Entry } from '../model/entry.ts'
import { type Parent, parentKey } from '../model/parent.ts'
import type { Item, Key } from '../ports/table.ts'

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

/**
 * Above `soft` entries every accept moves two out; at `hard` it answers 503. 256 entries cost 14
 * write units a write. The simulation lowers both, so that a few requests go where an outage takes
 * thousands.
 */
export const headEntries = { soft: 64, hard: 256 }

const buckets = 16
export const editBucketOf = (number: number): string => String(number % buckets)
export const editBuckets: string[] = Array.from({ length: buckets }, (_, number) =>
  editBucketOf(number),
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
export function entryInHead(head: Head, rid: string): Entry | undefined {
  const rev = head.r[rid]
  const number = head.rn[rid]
  return rev === undefined || number === undefined
    ? undefined
    : { rid, rev, number, count: head.c[rid] ?? 1 }
}
