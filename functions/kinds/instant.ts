/** RFC 3339, 5.6, to the letter: `T` and `Z` in either case, any number of digits in a fraction. */
const instant =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** The last instant of the calendar: MySQL and OpenSearch know times before 10000. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * An RFC 3339 instant in milliseconds, rounded up. Messages have whole milliseconds, so "not
 * before" a finer instant means the next whole one, and "before" it means the same. A leap second
 * is the beginning of the next second, as POSIX counts. No message is older than 1970, so what is
 * before that is the beginning of it. Undefined: no instant, such as the 30th of February.
 */
export function millisecondsOf(text: string): number | undefined {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', ...rest] =
    instant.exec(text) ?? []
  const [fraction = '', sign = '+', offsetHour = '0', offsetMinute = '0'] = rest
  if (year === '' || Math.max(+hour, +offsetHour) > 23 || Math.max(+minute, +offsetMinute) > 59)
    return undefined
  const midnight = midnightOf(Number(year), Number(month), Number(day))
  if (midnight === undefined) return undefined
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute))
  const start = midnight + (Number(hour) * 60 + Number(minute) - offset) * 60_000
  if (Number(second) > (mayHaveLeapSecond(start) ? 60 : 59)) return undefined
  const milliseconds = start + Number(second) * 1000 + upToMilliseconds(fraction)
  return Math.min(Math.max(milliseconds, 0), latest)
}

/** Not Date.UTC: that takes the year 50 for 1950, and the 30th of February for the 2nd of March. */
function midnightOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return same ? date.getTime() : undefined
}

/** Leap seconds end months, at the same moment everywhere: `start` is of the minute in UTC. */
function mayHaveLeapSecond(start: number): boolean {
  const next = new Date(start + 60_000)
  return next.getUTCDate() === 1 && next.getUTCHours() === 0 && next.getUTCMinutes() === 0
}

const upToMilliseconds = (fraction: string): number =>
  Number(fraction.slice(0, 3).padEnd(3, '0')) + (/[1-9]/.test(fraction.slice(3)) ? 1 : 0)
