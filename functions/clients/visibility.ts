import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { env } from './env.ts'
import { sqs } from './sqs.ts'

type Retry = { receiptHandle: string; seconds: number }

/**
 * Persist returns what is not done in its last 5 s. The client's two attempts of 3 s each would
 * outlast them, and then the whole batch would be invisible for the queue's own visibility timeout.
 */
const callMs = 2_000

/**
 * Postpones deliveries of a queue, at most 10 in one call, by setting their visibility timeout.
 * Rejects when the call fails or takes longer than `ms` with all its attempts, or when SQS did not
 * postpone one of them.
 */
export const visibilityOf = (client: SQSClient, QueueUrl: string, ms = callMs) => ({
  async retryIn(retries: Retry[]): Promise<void> {
    const Entries = retries.map(({ receiptHandle, seconds }, i) => ({
      Id: String(i),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }))
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })
    const { Failed = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(ms) })
    if (Failed.length > 0) throw new Error(`${Failed.length} deliveries could not be postponed`)
  },
})

/** That of the function's queue. */
export const visibility = () => visibilityOf(sqs(), env('QUEUE_URL'))
