import type { MessageValue } from '../kinds/message.ts'
import type { Status } from '../kinds/status.ts'
import type { Row, Version } from '../protocol/model/row.ts'
import { newerThan } from '../protocol/read/merge.ts'
import type { Pending } from '../protocol/read/pending.ts'
import type { Criteria } from './criteria.ts'
import type { Hit } from './hits.ts'
import { scorerOf } from './score.ts'
import { SearchTooLong } from './too-long.ts'

/**
 * What the index may not show yet of one chat: messages on their way to MySQL, and rows that the
 * index was not given or was given only just now. The overlay alone decides about its numbers,
 * tombstones included: the engine leaves them out of its hits and its total. So a message that was
 * deleted, or edited to match no more, disappears at once.
 */
export type Overlay = ReadonlyMap<number, { row: Row<MessageValue>; status: Status }>

/**
 * The overlay of one chat. `stored` are the rows that the index may not show yet; they were read
 * after `versions`, so what is newer than a version is among them or shown by the index. What waits
 * counts only where it is newer than the row in `versions`: an older change of a number may still
 * wait when a newer one has been stored and settled, and that one is the index's.
 */
export function overlayOf(
  waiting: Pending<MessageValue>[],
  versions: ReadonlyMap<number, Version>,
  stored: Row<MessageValue>[],
): Overlay {
  const overlay = new Map<number, { row: Row<MessageValue>; status: Status }>()
  for (const row of stored) overlay.set(row.number, { row, status: 'stored' })
  for (const [number, changes] of Map.groupBy(waiting, (change) => change.number)) {
    const row = newerThan(overlay.get(number)?.row ?? versions.get(number), changes)
    if (row) overlay.set(number, { row, status: 'accepted' })
  }
  return overlay
}

/** The hits among the overlay, in no order. Throws SearchTooLong once it is not `inTime`. */
export function overlayHits(overlay: Overlay, criteria: Criteria, inTime = () => true): Hit[] {
  const scoreOf = scorerOf(criteria)
  return [...overlay.values()].flatMap(({ row }) => {
    if (!inTime()) throw new SearchTooLong('looking through what waits')
    const score = row.value.deleted_at === null ? scoreOf(row.value) : 0
    return score > 0 ? [{ row, number: row.number, score }] : []
  })
}
