import { parentKey } from '../../../functions/protocol/model/parent.ts'
import type { Held } from './held-messages.ts'

/**
 * In the order in which they were accepted: by parent, then by number, of one number the oldest rev
 * first. What is no envelope comes last.
 */
export function heldInOrder(held: Held[]): Held[] {
  const rank = ({ reservation }: Held) => (reservation ? parentKey(reservation.parent) : '~')
  return held.toSorted((a, b) => {
    const [first, second] = [rank(a), rank(b)]
    if (first !== second) return first < second ? -1 : 1
    const [x, y] = [a.reservation, b.reservation]
    return x && y ? x.number - y.number || x.rev - y.rev : a.at - b.at
  })
}
