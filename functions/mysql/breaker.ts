import type { Clock } from '../protocol/ports/clock.ts'
import { mysqlAway } from './away.ts'

/** Calls MySQL, or rejects at once with CircuitOpen while it is known to be gone. */
export type Breaker = <T>(call: () => Promise<T>) => Promise<T>

/** MySQL was not asked: it was gone the last times, and it is too early to try again. */
class CircuitOpen extends Error {
  override name = 'CircuitOpen'
  code = 'MYSQL_CIRCUIT_OPEN'
}

/** Each of them is a new connection, tried twice where it was refused at once. */
const failures = 2
const firstMs = 1_000
const longestMs = 16_000

/**
 * A circuit breaker in front of MySQL, for the requests of one instance (the pattern: M. Nygard,
 * "Release It!"). It opens when MySQL was gone at two calls in a row; then one call at a time may
 * try, after 1 s, and after twice as long at each further failure, up to 16 s. Times are varied by
 * half by `random`, so that instances do not try together.
 *
 * It is for the creates (P6): a server that drops packets holds a read for 2 s or more, and with it
 * an instance. 500 reads a second would take the 1,000 that an account usually has, and creates
 * would be throttled (test/mysql/breaker-load.test.ts; docs/decisions/0051). What the server
 * refuses by itself shows that it is there, also a statement that took too long: one application
 * must not close MySQL to all others by slow searches.
 */
export function breakerOf(clock: Clock, random: () => number = Math.random): Breaker {
  let failed = 0
  let until = 0
  let probing = false

  const succeeded = (): void => {
    failed = 0
  }
  const fail = (): void => {
    failed += 1
    const ms = Math.min(longestMs, firstMs * 2 ** (failed - failures))
    if (failed >= failures) until = clock.now() + ms * (0.5 + random())
  }
  return async (call) => {
    const probe = failed >= failures
    if (probe && (probing || clock.now() < until))
      throw new CircuitOpen('MySQL is gone, and was not asked again')
    if (probe) probing = true
    try {
      const result = await call()
      succeeded()
      return result
    } catch (error) {
      if (mysqlAway(error) === 'gone') fail()
      else if (error instanceof Error && 'sqlState' in error) succeeded()
      throw error
    } finally {
      if (probe) probing = false
    }
  }
}
