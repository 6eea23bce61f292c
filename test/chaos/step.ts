import type { Socket } from 'node:net'
import type { Piece } from './tcp-proxy.ts'

/**
 * Tells of each piece whether a step comes with it: `asked`, the text is about to pass to the
 * engine; `answered`, the first piece of the answer to it, which comes on the connection that
 * asked, whatever passes on others meanwhile.
 */
export function stepOf(text: string, when: 'asked' | 'answered'): (piece: Piece) => boolean {
  const waiting = new WeakSet<Socket>()
  return ({ data, from, connection }) => {
    if (from === 'engine') return waiting.delete(connection)
    const asked = data.includes(text)
    if (asked && when === 'answered') waiting.add(connection)
    return asked && when === 'asked'
  }
}
