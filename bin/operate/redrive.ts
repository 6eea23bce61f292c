import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { tableOf } from '../../functions/clients/dynamodb.ts'
import { queueOf } from '../../functions/clients/sqs.ts'
import { runCommand } from '../cli/arguments.ts'
import { askedOnCommandLine, choose } from './redrive/asked.ts'
import { receiveHeld, releaseHeld } from './redrive/held-messages.ts'
import { heldInOrder } from './redrive/order.ts'
import { describeEach, takeOutEach } from './redrive/work.ts'
import { liveStack } from './stack/live-stack.ts'
import { placesOf } from './stack/places.ts'

await runCommand(async () => {
  const asked = askedOnCommandLine()
  const stack = liveStack(asked.values)
  const client = new SQSClient({})
  const places = await placesOf(stack, client)
  const from = places[asked.queue]
  const received = await receiveHeld(client, from, asked.limit, 'given up after 1,000 attempts')
  const held = new Set(heldInOrder(received))
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const table = tableOf(new DynamoDBClient({}), places.table)
  const work = { client, from, table, queue: queueOf(client, places.queue), signal: stop.signal }
  try {
    const chosen = choose(asked, [...held])
    const count = asked.command === 'list' ? '' : `, ${chosen.length} chosen`
    console.log(`${stack.name}, ${asked.queue}: ${held.size} messages${count}`)
    if (asked.changes && asked.apply)
      await takeOutEach(work, asked.command, chosen, (one) => held.delete(one))
    else await describeEach(work, asked, chosen)
    if (asked.changes && !asked.apply) console.log('nothing was done: --apply does it')
    return stop.signal.aborted ? 130 : 0
  } finally {
    await releaseHeld(client, from, [...held])
    client.destroy()
  }
})
