import * as v from 'valibot'
import { type Entry, ownNumber } from '../model/entry.ts'
import { type Parent, parentKey } from '../model/parent.ts'
import type { Item, Key } from '../ports/table.ts'

/**
 * HEAD, the self-recording counter of one parent: the write that gives a child its number also
 * notes which request got it. So a repeated call finds what the lost one did instead of taking
 * another number.
 */
export interface Head {
  /** The last number given out. */
  seq: number
  /** Counts every reservation, edits and deletes too: the version of everything below. */
  rev: number
  /**
   * What the fence compares with. The absence of an entry proves nothing about a rev up to here: it
   * may have been there, and have been settled or moved out since.
   */
  pruned: number
  /** What is reserved and neither settled nor moved out, oldest first. */
  entries: Entry[]
  /** Of each bucket of numbers (see editBucketOf) the rev of the last edit or delete in it. */
  lastEdits: Record<string, number>
  deleted: boolean
  /** Applications only: an operator has suspended them. */
  suspended: Suspension | undefined
  /** Applications only: their own number under the root. */
  number: number | undefined
}
/** What a suspended application refuses: writes, or reads, too. */
export type Suspension = 'writes' | 'all'
/** What is assumed of a HEAD that is missing. */
export const emptyHead: Head = {
  seq: 0,
  rev: 0,
  pruned: 0,
  entries: [],
  lastEdits: {},
  deleted: false,
  suspended: undefined,
  number: undefined,
}

/** How many entries a HEAD may have: above `soft` some move out, at `hard` nothing new is taken. */
export interface HeadCaps {
  soft: number
  hard: number
}
/**
 * 256 entries cost 14 write units at every write. The simulation passes lower caps, so that a few
 * requests go where an outage takes thousands.
 */
export const headCaps: HeadCaps = { soft: 64, hard: 256 }

const buckets = 16
/**
 * A HEAD has room for 16 revs, not for one per number: numbers that are equal modulo 16 share a
 * bucket. Every rule asks whether something newer may exist, so sharing costs an edit another
 * attempt now and then, and is never wrong.
 */
export const editBucketOf = (number: number): string =>
  number === ownNumber ? ownBucket : String(number % buckets)
/** In an application's HEAD: the rev of the last edit or delete of the application itself. */
const ownBucket = 'own'
/** All buckets of a parent's HEAD. */
export const editBucketsOf = (parent: Parent): string[] => [
  ...Array.from({ length: buckets }, (_, number) => String(number)),
  ...(parent.kind === 'application' ? [ownBucket] : []),
]

export const headKey = (parent: Parent): Key => ({ pk: parentKey(parent), sk: 'head' })

/**
 * The stored names are letters because the whole size of a HEAD is paid at every write: `r` has the
 * rev of each rid, `rn` its number (of an edit or delete: the target), `c` how many numbers a batch
 * has, `e` the last edits. Only this file and head-writes.ts know them.
 */
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
  suspended: v.optional(v.picklist(['writes', 'all'])),
  number: v.optional(v.number()),
})
/** What a scan asks for that reads HEADs. */
export const headAttributes: string[] = Object.keys(schema.entries)

/** The HEAD in a table item. Unknown attributes are a later version's and are left alone. */
export function readHead(item: Item): Head {
  const { seq, rev, pruned, r, rn, c, e, deleted, suspended, number } = v.parse(schema, item)
  const entries = Object.entries(r)
    .map(([rid, rev]): Entry => ({ rid, rev, number: rn[rid] ?? 0, count: c[rid] ?? 1 }))
    .sort((a, b) => a.rev - b.rev)
  return { seq, rev, pruned, entries, lastEdits: e, deleted, suspended, number }
}

/** The entry of a rid, if the HEAD holds one. */
export const entryInHead = (head: Head, rid: string): Entry | undefined =>
  head.entries.find((entry) => entry.rid === rid)

/** The rev of the last edit or delete of this number or of another one in its bucket. */
export const lastEditOf = (head: Head, number: number): number | undefined =>
  head.lastEdits[editBucketOf(number)]
