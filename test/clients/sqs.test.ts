import { SQSClient } from '@aws-sdk/client-sqs'
import { expect, test, vi } from 'vitest'
import { queueOf } from '../../functions/clients/sqs.ts'
import { queueMessageBytes } from '../../functions/limits/limits.ts'

const message = (bytes: number) => ({ group: 'g', deduplication: 'd', body: 'x'.repeat(bytes) })

test('a batch too large for one call goes in several, each message once', async () => {
  const client = new SQSClient({ region: 'us-east-1' })
  const sent: { Id: string; MessageBody: string }[][] = []
  vi.spyOn(client, 'send').mockImplementation(async ({ input }: { input: object }) => {
    const { Entries } = input as { Entries: { Id: string; MessageBody: string }[] }
    sent.push(Entries)
    return { Successful: Entries.map(({ Id }) => ({ Id })) }
  })
  const sizes = [100_000, 100_000, 100_000, 250_000, 1, 262_144]
  expect(await queueOf(client, 'q').sendBatch(sizes.map(message))).toEqual(sizes.map(() => true))
  expect(sent.map((call) => call.map(({ Id }) => Id))).toEqual([
    ['0', '1'],
    ['2'],
    ['3', '4'],
    ['5'],
  ])
  for (const call of sent)
    expect(call.reduce((sum, each) => sum + each.MessageBody.length, 0)).toBeLessThanOrEqual(
      queueMessageBytes,
    )
  expect(await queueOf(client, 'q').sendBatch([])).toEqual([])
})

test('a queue that does not say how deep it is is not asked again at once, and counts as empty', async () => {
  const client = new SQSClient({ region: 'us-east-1' })
  const send = vi.spyOn(client, 'send').mockImplementation(async () => {
    throw new Error('away')
  })
  const queue = queueOf(client, 'q')
  await expect(queue.depth()).rejects.toThrow('away')
  expect([await queue.depth(), await queue.depth()]).toEqual([0, 0])
  expect(send).toHaveBeenCalledTimes(1)
})
