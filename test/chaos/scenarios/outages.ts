import { setTimeout as pause } from 'node:timers/promises'
import type { Scenario, Stage } from '../scenario.ts'
import type { System } from '../system.ts'
import type { TcpProxy, Weather } from '../tcp-proxy.ts'
import { underTraffic } from '../traffic.ts'

/**
 * P6: while all of this is away, creates get 201. Elsewhere a 503 would be allowed (clients.ts).
 */
async function accepting(stage: Stage, during: () => Promise<void>): Promise<void> {
  await underTraffic(stage, during)
  const refused = stage.ledger.statuses.get('503') ?? 0
  if (refused > 0) stage.ledger.violations.push(`${refused} creates were answered 503`)
}

const awaySeconds = 60
const fair: Weather = { kind: 'fair' }
/** Long enough for calls to time out and the circuit to open. */
const hold = ({ share }: Stage) => pause(Math.max(12, awaySeconds * share) * 1000)

type Engine = 'mysql' | 'search' | 'queue'
const names = { mysql: 'MySQL', search: 'OpenSearch', queue: 'the queue' }

function proxyOf(system: System, engine: Engine): TcpProxy {
  const proxy = system[engine]
  if (!proxy) throw new Error(`this machine has no ${names[engine]}`)
  return proxy
}

const away = (engine: Engine, kind: 'refuse' | 'silent'): Scenario => ({
  name: `${engine}-${kind === 'refuse' ? 'refuses' : 'silent'}`,
  about: `${names[engine]} ${kind === 'refuse' ? 'refuses connections' : 'swallows everything'} for ${awaySeconds} s`,
  needsSearch: engine === 'search',
  async run(stage) {
    const proxy = proxyOf(stage.system, engine)
    await accepting(stage, async () => {
      await pause(2_000)
      await proxy.set({ kind })
      await hold(stage)
      await proxy.set(fair)
    })
  },
})

/** All three engines at once, under the same weather. */
async function everywhere({ mysql, search, queue }: System, weather: Weather): Promise<void> {
  await Promise.all([mysql, search, queue].map((proxy) => proxy?.set(weather)))
}

const slow: Scenario = {
  name: 'slow-network',
  about: `every piece to and from the three engines takes 100 ms longer, for ${awaySeconds} s`,
  async run(stage) {
    await accepting(stage, async () => {
      await everywhere(stage.system, { kind: 'late', ms: 100 })
      await hold(stage)
      await everywhere(stage.system, fair)
    })
  },
}

const cut: Scenario = {
  name: 'cut-connections',
  about: `connections to the three engines break after a few kilobytes, for ${awaySeconds} s`,
  async run(stage) {
    const { mysql, search, queue } = stage.system
    await accepting(stage, async () => {
      await mysql.set({ kind: 'reset', bytes: 6_000 })
      await search?.set({ kind: 'reset', bytes: 3_000 })
      await queue.set({ kind: 'reset', bytes: 4_000 })
      await hold(stage)
      await everywhere(stage.system, fair)
    })
  },
}

const readOnly: Scenario = {
  name: 'mysql-read-only',
  about: `MySQL is super_read_only for ${awaySeconds} s, as a writer that was demoted`,
  async run(stage) {
    const { runOnMysqld } = stage.system
    await accepting(stage, async () => {
      await pause(2_000)
      await runOnMysqld('SET GLOBAL super_read_only = ON')
      await hold(stage)
      await runOnMysqld('SET GLOBAL super_read_only = OFF, GLOBAL read_only = OFF')
    })
  },
}

export const outages = [
  away('mysql', 'refuse'),
  away('mysql', 'silent'),
  away('search', 'refuse'),
  away('search', 'silent'),
  away('queue', 'refuse'),
  away('queue', 'silent'),
  slow,
  cut,
  readOnly,
]
