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

/** How many messages a queue holds, in flight or not; SQS's numbers are a minute late at most. */
export async function depthOf(client: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: counts }),
  )
  return counts.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0)
}
