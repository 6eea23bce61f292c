import { setTimeout as pause } from 'node:timers/promises'
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { clientSettings } from './local-clients.ts'

const groups = ['persist', 'sweep', 'reindex'].map((name) => `/aws/lambda/chat-${name}`)

/** The group's events since `startTime`; none where it cannot be read, or does not exist yet. */
async function eventsOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  startTime: number,
): Promise<FilteredLogEvent[]> {
  const command = new FilterLogEventsCommand({ logGroupName, startTime, filterPattern: '"event"' })
  const { events = [] } = await client
    .send(command, { abortSignal: AbortSignal.timeout(5_000) })
    .catch(() => ({ events: [] }))
  return events
}

/**
 * Gives `onLine` what the jobs write to CloudWatch Logs, for endpoints that do not print their
 * functions' output themselves. Ends with the signal. What cannot be read now is read at the next
 * turn, up to a minute later.
 */
export async function followLogs(
  endpoint: string,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const client = new CloudWatchLogsClient(clientSettings(endpoint))
  const seen = new Set<string>()
  const started = Date.now()
  while (!signal.aborted) {
    const since = Math.max(started, Date.now() - 60_000)
    for (const group of groups) {
      for (const { eventId = '', message = '' } of await eventsOf(client, group, since)) {
        if (!seen.has(eventId)) onLine(message)
        seen.add(eventId)
      }
    }
    await pause(2_000, undefined, { signal }).catch(() => undefined)
  }
}
