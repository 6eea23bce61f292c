import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { queueMessageBytes } from '../limits/limits.ts'
import type { Quarantine, Queue, QueueMessage } from '../protocol/ports/queue.ts'
import { env } from './env.ts'
import { depthOf } from './queue-depth.ts'

/** See clients/dynamodb.ts: without throwOnRequestTimeout a time-out is only a warning. */
const timeouts = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true }

/** One client for all queues, made on first use. */
let client: SQSClient | undefined
export function sqs(): SQSClient {
  client ??= new SQSClient({ maxAttempts: 2, requestHandler: timeouts })
  return client
}

const entry = (message: QueueMessage) => ({
  MessageBody: message.body,
  MessageGroupId: message.group,
  MessageDeduplicationId: message.deduplication,
})

/**
 * The messages in calls of at most `queueMessageBytes`: SQS refuses a call whose bodies are
 * together larger than one message may be, every time.
 */
function callsOf(messages: QueueMessage[]) {
  const calls: (ReturnType<typeof entry> & { Id: string })[][] = [[]]
  let bytes = 0
  for (const [i, message] of messages.entries()) {
    const size = Buffer.byteLength(message.body)
    if (bytes > 0 && bytes + size > queueMessageBytes) {
      calls.push([])
      bytes = 0
    }
    bytes += size
    calls.at(-1)?.push({ Id: String(i), ...entry(message) })
  }
  return calls.filter((call) => call.length > 0)
}

/** For how long a depth is believed: SQS's own figures are up to a minute old. */
const depthMs = 10_000
/** An accept waits for it, so it may not take long. */
const depthTimeoutMs = 800

/** The FIFO queue port. */
export function queueOf(client: SQSClient, QueueUrl: string): Queue {
  let known: { at: number; depth: number } | undefined
  return {
    depth: async () => {
      if (known && Date.now() - known.at < depthMs) return known.depth
      const abortSignal = AbortSignal.timeout(depthTimeoutMs)
      try {
        known = { at: Date.now(), depth: await depthOf(client, QueueUrl, { abortSignal }) }
        return known.depth
      } catch (error) {
        // Otherwise each create of a crowded chat would wait for this, and then for its send.
        known = { at: Date.now(), depth: 0 }
        throw error
      }
    },
    send: async (message, timeoutMs) => {
      const abortSignal = AbortSignal.timeout(timeoutMs)
      await client.send(new SendMessageCommand({ QueueUrl, ...entry(message) }), { abortSignal })
    },
    sendBatch: async (messages) => {
      const taken = new Set<string | undefined>()
      for (const Entries of callsOf(messages)) {
        const { Successful } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
        for (const { Id } of Successful ?? []) taken.add(Id)
      }
      return messages.map((_, i) => taken.has(String(i)))
    },
  }
}
let made: Queue | undefined
/** The function's FIFO queue, made on first use. */
export function queue(): Queue {
  made ??= queueOf(sqs(), env('QUEUE_URL'))
  return made
}

/** The queue of what can never be stored as it is, with the reason. A person looks at it. */
function quarantineOf(client: SQSClient, QueueUrl: string): Quarantine {
  return {
    put: async (body, reason) => {
      const MessageAttributes = {
        reason: { DataType: 'String', StringValue: reason.slice(0, 250) || 'unknown' },
      }
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }))
    },
  }
}
/** The function's quarantine. */
export const quarantine = (): Quarantine => quarantineOf(sqs(), env('QUARANTINE_URL'))
