import { setTimeout as pause } from 'node:timers/promises'
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import type { AwsAccess } from '../machine/aws-access.ts'
import { clientSettings } from './local-clients.ts'

const groups = ['persist', 'sweep', 'reindex'].map((name) => `/aws/lambda/chat-${name}`)

/** The group's events since `startTime`; none where the group does not exist yet. */
async function eventsOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  startTime: number,
): Promise<FilteredLogEvent[]> {
  const command = new FilterLogEventsCommand({ logGroupName, startTime, filterPattern: '"event"' })
  const { events = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(5_000) })
  return events
}

/**
 * Gives `onLine` what is new in a group each time it is called. It remembers the events that it
 * found the last time and no older ones: all that it can find again are among them, and a stack may
 * run for weeks. Where the group cannot be read it remembers what it did.
 */
export function newLines(
  read: () => Promise<Pick<FilteredLogEvent, 'eventId' | 'message'>[]>,
  onLine: (line: string) => void,
): () => Promise<void> {
  let seen = new Set<string>()
  return async () => {
    const events = await read().catch(() => undefined)
    if (!events) return
    for (const { eventId = '', message = '' } of events) if (!seen.has(eventId)) onLine(message)
    seen = new Set(events.map(({ eventId = '' }) => eventId))
  }
}

/**
 * Gives `onLine` what the jobs write to CloudWatch Logs, for endpoints that do not print their
 * functions' output themselves. Ends with the signal. What cannot be read now is read at the next
 * turn, up to a minute later.
 */
export async function followLogs(
  access: AwsAccess,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const client = new CloudWatchLogsClient(clientSettings(access))
  const started = Date.now()
  const since = () => Math.max(started, Date.now() - 60_000)
  const looks = groups.map((group) => newLines(() => eventsOf(client, group, since()), onLine))
  while (!signal.aborted) {
    for (const look of looks) await look()
    await pause(2_000, undefined, { signal }).catch(() => undefined)
  }
}
