import type { LogEvent } from '../../functions/protocol/ports/log.ts'

/** Not shown: the front shows each request already, and counts are for CloudWatch. */
const hidden = new Set<unknown>(['request', 'metrics'] satisfies LogEvent[])
/** The schedules run every minute, mostly for nothing. */
const scheduled = new Set<unknown>(['swept', 'reindexed'] satisfies LogEvent[])

/**
 * A line of a function's output as a person reads it. Undefined for what is no event, or one that
 * is of no interest there.
 */
export function eventLine(line: string): string | undefined {
  // MiniStack puts its own prefix before the first line.
  const json = line.slice(line.indexOf('{'))
  if (!json.startsWith('{"event":"')) return undefined
  const fields = parsed(json)
  if (!fields) return undefined
  const { event, ...rest } = fields
  const foundNothing = Object.values(rest).every((value) => !value || value === true)
  if (hidden.has(event) || (scheduled.has(event) && foundNothing)) return undefined
  const shown = Object.entries(rest).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [event, ...shown].join(' · ')
}

function parsed(json: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(json)
  } catch {
    return undefined // Cut in the middle: not worth a line.
  }
}
