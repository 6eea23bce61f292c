import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Reservation } from '../../../functions/protocol/model/reservation.ts'
import { decode, EnvelopeError } from '../../../functions/protocol/write/envelope.ts'

/** A message that waits for a person, hidden from others while the command runs. */
export interface Held {
  id: string
  receipt: string
  body: string
  /** Why it is there: persist's reason, or that it was given up. */
  reason: string
  /** When it was put there, milliseconds since 1970. */
  at: number
  /** Undefined: the body is no envelope of this system. */
  reservation: Reservation | undefined
}

/** As long as sending a thousand of them may take. */
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
 * Returns at most `limit` messages of a queue, which are hidden from others for 5 minutes from now
 * on. Of each group of a FIFO queue SQS gives out only the first few until they are deleted: call
 * it again after that. `otherwise` is the reason of those that have none.
 */
export async function receiveHeld(
  client: SQSClient,
  QueueUrl: string,
  limit: number,
  otherwise: string,
): Promise<Held[]> {
  const held = new Map<string, Held>()
  // One empty response proves nothing: SQS asks a part of its servers, and even a long poll may
  // miss a message that has just come.
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

/** Lets others receive the messages again, in the order of `held`. */
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

/** Deletes the message from its queue. */
export async function removeHeld(
  client: SQSClient,
  QueueUrl: string,
  { receipt }: Held,
): Promise<void> {
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt }))
}
