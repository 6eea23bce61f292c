import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { Refused } from '../../cli/arguments.ts'
import { environmentOf } from './functions.ts'
import type { LiveStack } from './live-stack.ts'

/** Where a stack keeps its requests and messages: the table's name, the queues' URLs. */
export interface Places {
  table: string
  queue: string
  quarantine: string
  dead: string
}

/** The URL of a queue's dead-letter queue, from its redrive policy. */
async function deadLettersOf(client: SQSClient, QueueUrl: string): Promise<string> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
  )
  const policy: { deadLetterTargetArn?: string } = JSON.parse(Attributes?.RedrivePolicy ?? '{}')
  const QueueName = policy.deadLetterTargetArn?.split(':').at(-1)
  if (!QueueName) throw new Refused('the queue has no dead-letter queue')
  return String((await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl)
}

/**
 * The places of a live stack, from the environment of persist, which works with all of them. Throws
 * Refused if they are not set there.
 */
export async function placesOf(stack: LiveStack, client: SQSClient): Promise<Places> {
  const { TABLE_NAME, QUEUE_URL, QUARANTINE_URL } = await environmentOf(stack, 'persist')
  if (!TABLE_NAME || !QUEUE_URL || !QUARANTINE_URL)
    throw new Refused(`${stack.name}: the environment of persist has no table and queues`)
  return {
    table: TABLE_NAME,
    queue: QUEUE_URL,
    quarantine: QUARANTINE_URL,
    dead: await deadLettersOf(client, QUEUE_URL),
  }
}
