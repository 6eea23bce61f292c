import { setTimeout as pause } from 'node:timers/promises'
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
  const said = Object.entries(rest).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [event, ...said].join(' · ')
}

function parsed(json: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(json)
  } catch {
    return undefined // Cut in the middle: not worth a line.
  }
}

const groups = ['persist', 'sweep', 'reindex'].map((name) => `/aws/lambda/chat-${name}`)

/**
 * Follows the jobs' CloudWatch Logs for endpoints that do not tell functions' output themselves.
 * Until the signal; what cannot be read now is read at the next turn.
 */
export async function followEvents(
  endpoint: string,
  signal: AbortSignal,
  onLine: (line: string) => void,
) {
  const seen = new Set<string>()
  const started = Date.now()
  while (!signal.aborted) {
    for (const group of groups) {
      for (const { eventId, message } of await eventsOf(endpoint, group, started)) {
        if (!seen.has(eventId)) onLine(message)
        seen.add(eventId)
      }
    }
    await pause(2_000, undefined, { signal }).catch(() => undefined)
  }
}

interface LogRecord {
  eventId: string
  message: string
}

async function eventsOf(
  endpoint: string,
  logGroupName: string,
  started: number,
): Promise<LogRecord[]> {
  const startTime = Math.max(started, Date.now() - 60_000)
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.FilterLogEvents',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ logGroupName, startTime, filterPattern: '"event"' }),
    signal: AbortSignal.timeout(5_000),
  }).catch(() => undefined)
  if (!answer?.ok) return []
  const { events } = (await answer.json()) as { events?: LogRecord[] }
  return events ?? []
}
