import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Quarantine, Queue, QueueMessage } from '../protocol/ports.ts'
import { env } from './env.ts'

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

/** The FIFO queue port. */
export function queueOf(client: SQSClient, QueueUrl: string): Queue {
  return {
    send: async (message, timeoutMs) => {
      const abortSignal = AbortSignal.timeout(timeoutMs)
      await client.send(new SendMessageCommand({ QueueUrl, ...entry(message) }), { abortSignal })
    },
    sendBatch: async (messages) => {
      const Entries = messages.map((message, i) => ({ Id: String(i), ...entry(message) }))
      const { Successful } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
      const taken = new Set(Successful?.map((success) => success.Id))
      return messages.map((_, i) => taken.has(String(i)))
    },
  }
}
export const queue = (): Queue => queueOf(sqs(), env('QUEUE_URL'))

/** What can never be stored as it is, with the reason; a person looks at it. */
export function quarantineOf(client: SQSClient, QueueUrl: string): Quarantine {
  return {
    put: async (body, reason) => {
      const MessageAttributes = {
        reason: { DataType: 'String', StringValue: reason.slice(0, 250) || 'unknown' },
      }
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }))
    },
  }
}
export const quarantine = (): Quarantine => quarantineOf(sqs(), env('QUARANTINE_URL'))
