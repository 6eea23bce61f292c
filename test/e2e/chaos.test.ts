import { afterAll, beforeAll, expect, test } from 'vitest'
import { play, report, type Scenario } from '../chaos/scenario.ts'
import { scenarios } from '../chaos/scenarios.ts'
import { type System, startSystem } from '../chaos/system.ts'

/**
 * The short form of `npm run chaos`: the scenarios that recover within seconds, with fewer
 * requests, on a stack of their own. Those whose recovery needs a schedule (every minute) or the
 * queue's visibility timeout (two minutes) are run by the long form alone.
 */
const short: [name: string, share: number][] = [
  ['writers-200', 0.2],
  ['repeated-keys', 0.1],
  ['mysqld-killed', 0.2],
  ['mysql-refuses', 0.2],
  ['long-outage', 0.02],
]

function named(name: string): Scenario {
  const scenario = scenarios.find((each) => each.name === name)
  if (!scenario) throw new Error(`no scenario ${name}`)
  return scenario
}

let system: System | undefined
beforeAll(async () => {
  system = await startSystem('chaos', {}, () => undefined)
}, 240_000)
afterAll(() => system?.stop(), 60_000)

test.for(short)(
  '%s: every 201 is kept, and everything converges',
  { timeout: 240_000 },
  async ([name, share]) => {
    if (!system) throw new Error('no stack')
    const outcome = await play(named(name), system, share, () => undefined)
    console.log(report(outcome))
    expect(outcome.violations).toEqual([])
    expect(outcome.ledger.requests).toBeGreaterThan(0)
  },
)
