import { mysqlAway } from '../../functions/mysql/away.ts'
import { type Breaker, breakerOf } from '../../functions/mysql/breaker.ts'
import type { System } from './system.ts'

/**
 * What a function keeps from request to request. `askMySql` is a call to MySQL behind the breaker
 * of the instance.
 */
export interface Instance {
  askMySql: Breaker
}

/**
 * So often in a row MySQL may be found gone, and then so soon asked again, before it is in vain.
 */
const most = 3
const soonMs = 400

/**
 * An instance of a function whose calls to MySQL are watched: one that goes on asking while MySQL
 * is gone holds its requests up, and with them the account's instances, which creates need (P6).
 */
export function instanceOf(system: System): Instance {
  const { world } = system
  const breaker = breakerOf({ now: () => world.now }, () => 0.5)
  let [gone, goneAt] = [0, 0]
  return {
    askMySql: (call) =>
      breaker(async () => {
        if (gone >= most && world.now - goneAt < soonMs)
          system.askedInVain(`after ${gone} failures, the last ${world.now - goneAt} ms ago`)
        try {
          const result = await call()
          gone = 0
          return result
        } catch (error) {
          const away = mysqlAway(error)
          gone = away === 'gone' ? gone + 1 : 0
          goneAt = world.now
          throw error
        }
      }),
  }
}
