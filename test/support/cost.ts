/** Microseconds of this process's processors that `work` takes, done `times` times. */
function spent(work: () => unknown, times: number): number {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** The least of five: other work on the machine only adds to what is measured. */
const least = (work: () => unknown, times: number): number =>
  Math.min(...Array.from({ length: 5 }, () => spent(work, times)))

/** A measurement that is shorter than this says more about the clock than about the work. */
const leastMicroseconds = 2_000

/**
 * How many times more of the processor `large` takes than `small`, each done as often as `small`
 * needs to be measured. Processor time does not hold what else the machine does, as the clock
 * would.
 */
export function costRatio(small: () => unknown, large: () => unknown): number {
  let times = 1
  while (spent(small, times) < leastMicroseconds) times *= 2
  return least(large, times) / least(small, times)
}
