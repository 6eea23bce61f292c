import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Reservation } from '../../../functions/protocol/model/reservation.ts'
import { decode, EnvelopeError } from '../../../functions/protocol/write/envelope.ts'

/**
 * One message that lies in a queue for a person, and is hidden from others while this tool works.
 */
export interface Held {
  id: string
  receipt: string
  body: string
  /** Why it is there: persist's reason, or that it was given up. */
  reason: string
  /** When it was put there, milliseconds since 1970. */
  at: number
  /** undefined: it is no envelope of this system. */
  reservation: Reservation | undefined
}

/** While a person's command runs, for as long as sending a thousand of them may take. */
const hiddenSeconds = 300

function heldOf(message: Message, otherwise: string): Held {
  const body = message.Body ?? ''
  return {
    id: message.MessageId ?? '',
    receipt: message.ReceiptHandle ?? '',
    body,
    reason: message.MessageAttributes?.reason?.StringValue ?? otherwise,
    at: Number(message.Attributes?.SentTimestamp ?? 0),
    reservation: decoded(body),
  }
}

function decoded(body: string): Reservation | undefined {
  try {
    return decode(body)
  } catch (error) {
    if (error instanceof EnvelopeError) return undefined
    throw error
  }
}

/**
 * At most `limit` messages of a queue, now hidden from others for 5 minutes. Of each group of a
 * FIFO queue only the first few are given out until they are deleted: ask again after that.
 * `otherwise`: the reason where none is noted.
 */
export async function receiveHeld(
  client: SQSClient,
  QueueUrl: string,
  limit: number,
  otherwise: string,
): Promise<Held[]> {
  const held = new Map<string, Held>()
  // One empty answer is no proof: SQS asks a part of its servers, and even a long poll may miss
  // what just came.
  for (let empty = 0; empty < 2 && held.size < limit; ) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(10, limit - held.size),
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    )
    empty = Messages.length === 0 ? empty + 1 : 0
    for (const message of Messages) held.set(message.MessageId ?? '', heldOf(message, otherwise))
  }
  return [...held.values()]
}

/** Lets others have them again, in the order in which they were. */
export async function releaseHeld(
  client: SQSClient,
  QueueUrl: string,
  held: Held[],
): Promise<void> {
  for (let at = 0; at < held.length; at += 10) {
    const Entries = held
      .slice(at, at + 10)
      .map(({ receipt }, i) => ({ Id: String(i), ReceiptHandle: receipt, VisibilityTimeout: 0 }))
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
  }
}

export async function removeHeld(
  client: SQSClient,
  QueueUrl: string,
  { receipt }: Held,
): Promise<void> {
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt }))
}
