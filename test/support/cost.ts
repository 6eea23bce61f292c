/** Microseconds of this process's processors that `work` takes, done `times` times. */
function spent(work: () => unknown, times: number): number {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** A measurement that is shorter than this says more about the clock than about the work. */
const leastMicroseconds = 2_000

/**
 * How many times more of the processor `large` takes than `small`, each done as often as `small`
 * needs to be measured: the least of each, measured by turns five times. Processor time does not
 * hold what else the machine does, as the clock would, but that slows its caches and its collector
 * down. So where the result is not below `bound` it is measured again, up to five times: other work
 * only adds, and what is really above the bound stays there.
 */
export function costRatio(small: () => unknown, large: () => unknown, bound: number): number {
  let times = 1
  while (spent(small, times) < leastMicroseconds) times *= 2
  let ratio = Number.POSITIVE_INFINITY
  for (let measured = 0; measured < 5 && ratio >= bound; measured++) {
    const rounds = Array.from({ length: 5 }, () => [spent(small, times), spent(large, times)])
    const [few, many] = [0, 1].map((i) => Math.min(...rounds.map((round) => round[i] ?? 0)))
    ratio = (many ?? 0) / (few ?? 1)
  }
  return ratio
}
