import {
  GetQueueAttributesCommand,
  type QueueAttributeName,
  type SQSClient,
} from '@aws-sdk/client-sqs'

/** Visible, in flight, delayed. */
const counts: QueueAttributeName[] = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
]

/**
 * How many messages a queue holds, those in flight and delayed included. SQS's numbers are up to a
 * minute old.
 */
export async function depthOf(
  client: SQSClient,
  QueueUrl: string,
  options: { abortSignal?: AbortSignal } = {},
): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: counts }),
    options,
  )
  return counts.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0)
}
