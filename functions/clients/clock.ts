import { randomBytes } from 'node:crypto'
import type { Clock, Ids, Timer } from '../protocol/ports/clock.ts'

export const clock: Clock & Timer = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/** Cryptographically random: tokens and rids must not be guessed. */
export const ids: Ids = {
  text: (length) =>
    randomBytes(Math.ceil((length * 3) / 4))
      .toString('base64url')
      .slice(0, length),
}
