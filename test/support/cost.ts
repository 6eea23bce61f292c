/** Microseconds of this process's processors that `work` takes, done `times` times. */
function spent(work: () => unknown, times: number): number {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

/** A measurement that is shorter than this says more about the clock than about the work. */
const leastMicroseconds = 4_000

/**
 * How many times more of the processor `large` takes than `small`: the median of five, each of as
 * many repetitions as `small` needs to be measured. Processor time does not hold what else the
 * machine does, as the clock would.
 */
export function costRatio(small: () => unknown, large: () => unknown): number {
  let times = 1
  while (spent(small, times) < leastMicroseconds) times *= 2
  const ratios = Array.from({ length: 5 }, () => spent(large, times) / spent(small, times))
  return median(ratios)
}
