import { randomBytes } from 'node:crypto'
import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { QueueMessage } from '../../../functions/protocol/ports/queue.ts'
import { memoryQueue } from '../../simulation/stores/queue.ts'
import { worldOf } from '../../simulation/world/world.ts'

// The queue of the simulation is compared in order within a group, deduplication, and that what is
// in flight hides what is behind it. Times beyond a second (the visibility timeout of 120 s, the 5
// minutes of deduplication) are not compared.
const client = new SQSClient({})
const prefix = `simulation-${randomBytes(6).toString('hex')}`
let made = 0
let url: string | undefined

/**
 * A queue for each run: a queue cannot be made to forget what is in flight and what it
 * deduplicates.
 */
async function newQueue(): Promise<string> {
  await removeQueue()
  made += 1
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({
      QueueName: `${prefix}-${made}.fifo`,
      Attributes: {
        FifoQueue: 'true',
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        VisibilityTimeout: '120',
      },
    }),
  )
  url = QueueUrl
  return String(QueueUrl)
}
async function removeQueue(): Promise<void> {
  if (url) await client.send(new DeleteQueueCommand({ QueueUrl: url }))
  url = undefined
}
beforeAll(() => expect(process.env.AWS_ENDPOINT_URL).toBeDefined())
afterAll(async () => {
  await removeQueue()
  client.destroy()
})

interface Received {
  body: string
  group: string
  receives: number
  receipt: string
}
interface Fifo {
  send(message: QueueMessage): Promise<void>
  receive(): Promise<Received[]>
  remove(receipts: string[]): Promise<void>
  postpone(receipt: string, seconds: number): Promise<void>
}

const live = (QueueUrl: string): Fifo => ({
  async send({ group, deduplication, body }) {
    const ids = { MessageGroupId: group, MessageDeduplicationId: deduplication }
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...ids }))
  },
  async receive() {
    const asked = {
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ['All' as const],
    }
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, ...asked }))
    return Messages.map(({ Body = '', ReceiptHandle = '', Attributes = {} }) => ({
      body: Body,
      group: String(Attributes.MessageGroupId),
      receives: Number(Attributes.ApproximateReceiveCount),
      receipt: ReceiptHandle,
    }))
  },
  // Entries that are refused (an old receipt) are named in the response; the queue stays as it was.
  async remove(receipts) {
    const Entries = receipts.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }))
    if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  },
  async postpone(ReceiptHandle, VisibilityTimeout) {
    const Entries = [{ Id: '0', ReceiptHandle, VisibilityTimeout }]
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
  },
})

function simulated(): Fifo {
  const queue = memoryQueue(worldOf(1, Date.UTC(2026, 0, 1)))
  return {
    send: async (message) => queue.send(message),
    receive: async () =>
      queue.receive(10).map(({ body, attributes, receiptHandle }) => ({
        body,
        group: String(attributes.MessageGroupId),
        receives: Number(attributes.ApproximateReceiveCount),
        receipt: receiptHandle,
      })),
    remove: async (receipts) => queue.remove(receipts),
    postpone: async (receipt, seconds) => queue.postpone(receipt, seconds),
  }
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      group: fc.constantFrom('a', 'b', 'c'),
      deduplication: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8'),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'receive' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      at: fc.array(fc.nat(5), { maxLength: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('postpone' as const),
      at: fc.nat(5),
      seconds: fc.constantFrom(0, 0, 600),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/**
 * Runs the steps; returns every batch that was received. Receipts are chosen from all so far, old
 * ones too.
 */
async function run(queue: Fifo, steps: Step[]): Promise<Omit<Received, 'receipt'>[][]> {
  const receipts: string[] = []
  const batches: Omit<Received, 'receipt'>[][] = []
  const receive = async () => {
    const batch = await queue.receive()
    receipts.unshift(...batch.map(({ receipt }) => receipt))
    batches.push(batch.map(({ receipt: _, ...rest }) => rest))
  }
  for (const [n, one] of steps.entries()) {
    if (one.kind === 'send') await queue.send({ ...one, body: `${n}` })
    else if (one.kind === 'receive') await receive()
    else if (one.kind === 'remove') await queue.remove(one.at.flatMap((at) => receipts[at] ?? []))
    else {
      const receipt = receipts[one.at]
      if (receipt !== undefined) await queue.postpone(receipt, one.seconds)
    }
  }
  await receive()
  return batches
}

test('the simulated queue does as the real one does, whatever operations come', async () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const theirs = await run(live(await newQueue()), all)
      expect(await run(simulated(), all), 'the simulation, beside the endpoint').toEqual(theirs)
    }),
    { seed: 20_260_104, numRuns: 80 },
  )
})
