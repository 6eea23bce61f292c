import type { MessageValue, Row } from '../protocol/change.ts'
import type { Status } from '../resources/status.ts'
import type { Criteria } from './criteria.ts'
import { SearchTooLong } from './deadline.ts'
import type { Hit } from './page.ts'
import { scoreOf } from './score.ts'

/**
 * The overlay is what the index may not show yet of one chat: messages on their way to MySQL, and rows it was not
 * given or only just given. It answers for its numbers alone, tombstones too: the engine leaves them out of its hits
 * and its total, so an edit that no longer matches, or a delete, disappears at once.
 */
export type Overlay = ReadonlyMap<number, { row: Row<MessageValue>; status: Status }>

/** Of a number that both know the greater rev counts; of the same rev it is stored. */
export function overlayOf(waiting: Row<MessageValue>[], stored: Row<MessageValue>[]): Overlay {
  const overlay = new Map<number, { row: Row<MessageValue>; status: Status }>()
  for (const row of stored) overlay.set(row.number, { row, status: 'stored' })
  for (const row of waiting) {
    const known = overlay.get(row.number)
    if (!known || known.row.rev < row.rev) overlay.set(row.number, { row, status: 'accepted' })
  }
  return overlay
}

/** All hits of the overlay, in no order. Throws SearchTooLong once it is not `inTime`. */
export const overlayHits = (overlay: Overlay, criteria: Criteria, inTime = () => true): Hit[] =>
  [...overlay.values()].flatMap(({ row }) => {
    if (!inTime()) throw new SearchTooLong('looking through what waits')
    const score = row.value.deleted_at === null ? scoreOf(row.value, criteria) : 0
    return score > 0 ? [{ row, number: row.number, score }] : []
  })
