import type { History } from '../checks/history.ts'
import { unitsOnAws } from '../stores/write-units.ts'
import type { System } from '../system.ts'
import type { Dependency, Outage } from './remote.ts'

const minute = 60_000

/**
 * How likely each dependency is to be away. DynamoDB seldom is, for without it nobody can do
 * anything, and little is tried.
 */
const outageChances: [Dependency, number][] = [
  ['sqs', 0.25],
  ['mysql', 0.3],
  ['opensearch', 0.25],
  ['dynamodb', 0.12],
]

function outagesOf(
  system: System,
  [dependency, chance]: [Dependency, number],
  longestMs: number,
): Outage[] {
  const { random, now } = system.world
  const outages: Outage[] = []
  while (random() < chance) {
    const from = now + random() * (outages.length === 0 ? 40_000 : 60 * minute)
    const to = from + random() * random() * longestMs
    outages.push({ dependency, from, to, manner: random() < 0.5 ? 'refusing' : 'silent' })
  }
  return outages
}

/**
 * From now on this share of the calls fails, and each dependency may be away, once or several
 * times, for seconds or up to `longestMs`. At a share of 0 nothing ever fails in half of the
 * schedules; in the others only what creates do not need is away. Returns what is promised
 * meanwhile.
 */
export function startFaults(system: System, share: number, longestMs: number): History['promised'] {
  const { world, faults, units } = system
  faults.rate = share
  const chances = outageChances.filter(([dependency]) => share > 0 || dependency !== 'dynamodb')
  const calm = share === 0 && world.random() < 0.5
  faults.outages = calm ? [] : chances.flatMap((one) => outagesOf(system, one, longestMs))
  for (const { dependency, from, to, manner } of faults.outages)
    world.note(`${dependency} away ${manner} from ${from - world.now} to ${to - world.now}`)
  if (share > 0 || units.perSecond < unitsOnAws) return 'nothing'
  return faults.outages.length === 0 ? 'everything' : 'creates'
}

/** Waits for the end of the last outage; from then on nothing fails. */
export async function endFaults({ world, faults }: System): Promise<void> {
  await world.run(Math.max(world.now, ...faults.outages.map((outage) => outage.to)))
  faults.rate = 0
  faults.outages = []
  world.note('quiet from here on')
}
