import { randomBytes } from 'node:crypto'
import type { Clock, Ids } from '../protocol/ports.ts'

export const clock: Clock = { now: () => Date.now() }

/** Cryptographically random: tokens and rids must not be guessed. */
export const ids: Ids = {
  text: (length) =>
    randomBytes(Math.ceil((length * 3) / 4))
      .toString('base64url')
      .slice(0, length),
}
