import { randomBytes } from 'node:crypto'
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSearchAt } from '../../../functions/clients/opensearch.ts'
import { chatKey } from '../../../functions/opensearch/document.ts'
import { messagesIndex } from '../../../functions/opensearch/mapping.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { functionEntries } from '../../../lib/function-entries.ts'
import { appWith, resourcesOf, templateOf } from '../../lib/synthesised.ts'
import { emptyDatabase } from '../mysql.ts'
import { emptyTable } from '../table.ts'
import { events, type World } from './events.ts'
import { type Deployed, type Measured, type Measuring, measure } from './measure.ts'

/**
 * Each function runs again and again in one process, with the memory and the time that it has
 * deployed, against the real engines, with a table, queues and a database of its own.
 *
 * What is reachable at the end is compared with the least at any eighth of the way but the first,
 * for some 7 MB go at once after several hundred runs. Code that gets hot and caches that fill make
 * up to 1 MB between the two, whatever the number of runs; a leak grows with it. A race of each
 * statement with one promise of its connection, put back, made 18 MB in 160 reads of a page. At the
 * bound, 1.5 MB and 500 bytes a run, an instance would have to serve half a million requests to
 * fill half of its memory.
 *
 * The workflow runs it with MEMORY_RUNS=2000. The default shows a leak of some KB a run.
 */
const runs = Number(process.env.MEMORY_RUNS ?? 200)
const marks = [1, 2, 3, 4, 5, 6, 7, 8].map((eighth) => Math.round((runs / 8) * eighth))
const boundBytes = 1_500_000 + 500 * runs

const world: World = { runs, tokens: [] }
const undo: (() => Promise<unknown>)[] = []
let deployed: Map<string, Deployed>
let env: NodeJS.ProcessEnv
let persist: Measuring | undefined

beforeAll(async () => {
  deployed = await deployedFunctions()
  const [table, database, queues] = [await emptyTable(), await emptyDatabase(), await ownQueues()]
  undo.push(table.drop, database.drop, queues.drop, forgetDocuments)
  env = {
    ...process.env,
    ...{ TABLE_NAME: table.name, MYSQL_DATABASE: database.name },
    ...{ QUEUE_URL: queues.queue, QUARANTINE_URL: queues.quarantine },
    // As on AWS each application has a bucket, which is not empty here.
    ...{ RATE_PER_SECOND: '10000', RATE_BURST: '100000' },
  }
})
afterAll(async () => {
  for (const one of undo) await one()
})

/** Memory and time of each function, as its stack has them. */
async function deployedFunctions(): Promise<Map<string, Deployed>> {
  const template = templateOf(await appWith({ operatorKey: 'open' }), 'chat')
  return new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([, { Properties }]) => [
      String(Properties.FunctionName).replace(/^chat-/, ''),
      {
        memoryMb: Number(Properties.MemorySize),
        timeoutMs: Number(Properties.Timeout) * 1000,
      },
    ]),
  )
}

async function ownQueues() {
  const client = new SQSClient({})
  const made = async (QueueName: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName, Attributes }))
    return QueueUrl
  }
  const name = `test-${randomBytes(6).toString('hex')}`
  const queue = await made(`${name}.fifo`, { FifoQueue: 'true' })
  const quarantine = await made(name)
  return {
    queue,
    quarantine,
    async drop() {
      for (const QueueUrl of [queue, quarantine])
        await client.send(new DeleteQueueCommand({ QueueUrl }))
      client.destroy()
    },
  }
}

/** The index is that of the stack, where documents without rows would be found by an audit. */
async function forgetDocuments(): Promise<void> {
  const client = openSearchAt(process.env.OPENSEARCH_URL ?? '')
  const app = appKey(world.tokens[0] ?? '')
  const terms = { chat: [chatKey(app, 1), chatKey(app, 2)] }
  await client.indices.refresh({ index: messagesIndex.index })
  await client.deleteByQuery({ index: messagesIndex.index, body: { query: { terms } } })
  await client.close()
}

function start(name: string): Measuring {
  const own = deployed.get(name)
  if (!own) throw new Error(`${name} is not deployed`)
  return measure({ name, timeoutMs: own.timeoutMs, marks, world }, own, env)
}

/** On a machine that is too busy a call of an engine may take too long. Few of the runs may. */
const mostLate = runs / 10

/** Nearly every run was served, and what is reachable has not grown with them. */
function expectFlat(name: string, { statuses, bytes }: Measured): void {
  const { 503: away = 0, 504: late = 0, ...others } = statuses
  const failed = Object.keys(others).filter((status) => Number(status) >= 400)
  expect(failed).toEqual(name === 'no-route' ? ['404'] : [])
  expect(away + late).toBeLessThanOrEqual(mostLate)
  const grown = (bytes.at(-1) ?? 0) - Math.min(...bytes.slice(1))
  console.log(`${name}: KB after each eighth: ${bytes.map((each) => Math.round(each / 1000))}`)
  expect(bytes).toHaveLength(marks.length)
  expect(grown).toBeLessThan(boundBytes)
}

describe(`what is reachable does not grow in ${runs} runs of one process`, {
  timeout: 1_800_000,
}, () => {
  test('of every function that there is', () => {
    const names = functionEntries().map(({ name }) => name)
    expect(Object.keys(events).toSorted()).toEqual(names.toSorted())
  })

  test.for(Object.keys(events).filter((name) => name !== 'persist'))('of %s', async (name) => {
    const result = await start(name).measured
    world.tokens.push(...result.tokens)
    expect(result.runs).toBe(runs)
    expectFlat(name, result)
    // It has its schema now, and persist runs beside all that follows, as it does on AWS.
    if (name === 'migrate') persist = start('persist')
  })

  test('of persist, which has run beside the others', async () => {
    persist?.finish()
    const result = await persist?.measured
    if (!result) throw new Error('persist was not started')
    expect(result.runs).toBeGreaterThan(runs)
    expectFlat('persist', result)
  })
})
