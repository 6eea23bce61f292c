import type { Socket } from 'node:net'
import type { Piece } from './tcp-proxy.ts'

/**
 * Returns a function that says of each piece whether the step comes with it. `asked`: the piece has
 * the text and is about to pass to the engine. `answered`: it is the first piece of the reply to
 * the text, on the connection that the text came on, whatever passes on others meanwhile.
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
