import type { MessageValue } from '../kinds/message.ts'
import { limits } from '../limits/limits.ts'
import type { Row } from '../protocol/model/row.ts'
import type { Order } from './criteria.ts'

/** A place in the order of the hits. `score` counts only where the order is `best`. */
export interface Place {
  score: number
  number: number
}
export interface Hit extends Place {
  row: Row<MessageValue>
}

/**
 * What an engine is asked for: hits behind a place, at most `limit` and no more than fit into a
 * response (fittingHits), without the numbers that are the overlay's.
 */
export interface WantedHits {
  app: string
  chat: number
  after: Place | undefined
  limit: number
  without: ReadonlySet<number>
}
/**
 * `total` counts all that match, not only those behind the place. The numbers of `without` are in
 * neither.
 */
export interface FoundHits {
  total: number
  hits: Hit[]
}

/**
 * Newest first, or by `best` the greatest score first and of equal ones the newest. No two hits
 * have one number, so none tie.
 */
const inHitOrder =
  (order: Order) =>
  (a: Place, b: Place): number =>
    (order === 'best' ? b.score - a.score : 0) || b.number - a.number

const mebibyte = 1024 * 1024

/**
 * Hits that one request to an engine returns at most: if all are as large as messages can be, they
 * are 8 MiB, which the memory of the function holds more than once.
 */
export const hitsPerRequest: number = Math.max(
  1,
  Math.floor((8 * mebibyte) / (limits.bodyBytes + limits.metadataBytes)),
)

/** A Lambda function returns no more. */
const responseBytes = 6 * mebibyte

/**
 * The leading hits that can be in one response, and one more where there are more, by which the
 * caller knows that. A thousand bodies of 64 KiB need not be held for a response of ninety.
 */
export function fittingHits(hits: Hit[]): Hit[] {
  let bytes = 0
  const last = hits.findIndex(({ row }) => {
    // In UTF-8 a body has at least as many bytes as UTF-16 units, so this counts too little, never
    // too much.
    bytes += row.value.body.length
    return bytes > responseBytes
  })
  return last < 0 ? hits : hits.slice(0, Math.max(last + 1, 2))
}

/** The hits behind `after`, in order, at most `limit` and no more than a response holds. */
export function pickHits(
  hits: Hit[],
  order: Order,
  after: Place | undefined,
  limit: number,
): Hit[] {
  const compare = inHitOrder(order)
  const wanted = hits.filter((hit) => after === undefined || compare(after, hit) < 0)
  return fittingHits(wanted.sort(compare).slice(0, limit))
}

/** The cursor that goes on behind a hit. It is opaque to clients, and good for one order only. */
export const cursorOf = (order: Order, { score, number }: Place): string =>
  Buffer.from(order === 'best' ? `b${score}.${number}` : `n${number}`).toString('base64url')

/** The place that a cursor names; undefined for what is no cursor of this order. */
export function placeOf(order: Order, cursor: string): Place | undefined {
  const pattern = order === 'best' ? /^b([0-9]{1,16})\.([0-9]{1,16})$/ : /^n()([0-9]{1,16})$/
  const found = pattern.exec(Buffer.from(cursor, 'base64url').toString())
  const place = found && { score: Number(found[1]), number: Number(found[2]) }
  return place && Number.isSafeInteger(place.number) ? place : undefined
}
