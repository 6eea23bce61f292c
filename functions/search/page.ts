import type { MessageValue, Row } from '../protocol/change.ts'
import type { Order } from './criteria.ts'

/** A place in the order of the hits. `score` counts only where the order is `best`. */
export interface Place {
  score: number
  number: number
}
export interface Hit extends Place {
  row: Row<MessageValue>
}

/** What an engine is asked for: hits behind a place, at most `limit`, without the numbers somebody else answers for. */
export interface Wanted {
  app: string
  chat: number
  after: Place | undefined
  limit: number
  without: ReadonlySet<number>
}
/** `total` counts all that match, not only those behind the place; the excluded numbers are in neither. */
export interface Found {
  total: number
  hits: Hit[]
}

/** Newest first; by `best` the greater score before. Numbers differ, so two hits never tie. */
export const inOrder =
  (order: Order) =>
  (a: Place, b: Place): number =>
    (order === 'best' ? b.score - a.score : 0) || b.number - a.number

/** The hits behind `after`, in order, at most `limit`. */
export function pick(hits: Hit[], order: Order, after: Place | undefined, limit: number): Hit[] {
  const compare = inOrder(order)
  return hits
    .filter((hit) => after === undefined || compare(after, hit) < 0)
    .sort(compare)
    .slice(0, limit)
}

/** The cursor that goes on behind a hit; opaque to clients, and good for one order only. */
export const cursorOf = (order: Order, { score, number }: Place): string =>
  Buffer.from(order === 'best' ? `b${score}.${number}` : `n${number}`).toString('base64url')

/** The place a cursor names; undefined: no cursor of this order. */
export function placeOf(order: Order, cursor: string): Place | undefined {
  const pattern = order === 'best' ? /^b([0-9]{1,16})\.([0-9]{1,16})$/ : /^n()([0-9]{1,16})$/
  const found = pattern.exec(Buffer.from(cursor, 'base64url').toString())
  const place = found && { score: Number(found[1]), number: Number(found[2]) }
  return place && Number.isSafeInteger(place.number) ? place : undefined
}
