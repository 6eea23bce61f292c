import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { env } from './env.ts'
import { sqs } from './sqs.ts'

type Retry = { receiptHandle: string; seconds: number }

/** Postpones deliveries of a queue, at most 10 in one call. Rejects when the call fails or any of them was not set. */
export const visibilityOf = (client: SQSClient, QueueUrl: string) => ({
  async retryIn(retries: Retry[]): Promise<void> {
    const Entries = retries.map(({ receiptHandle, seconds }, i) => ({
      Id: String(i),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }))
    const { Failed = [] } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
    if (Failed.length > 0) throw new Error(`${Failed.length} deliveries could not be postponed`)
  },
})

export const visibility = () => visibilityOf(sqs(), env('QUEUE_URL'))
