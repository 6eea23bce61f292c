import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { routes } from '../../../functions/api/routes.ts'
import { clock, ids } from '../../../functions/clients/clock.ts'
import { table } from '../../../functions/clients/dynamodb.ts'
import { env } from '../../../functions/clients/env.ts'
import { mysql } from '../../../functions/clients/mysql.ts'
import { messageKind } from '../../../functions/kinds/message.ts'
import { timesAt } from '../../../functions/kinds/times.ts'
import { unindexPage } from '../../../functions/mysql/unindex.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import { headCaps } from '../../../functions/protocol/table/head.ts'
import { keptMs } from '../../../functions/protocol/table/request-writes.ts'
import { reserve } from '../../../functions/protocol/write/reserve.ts'
import { eventOf } from '../../support/event.ts'
import { operationEvent } from '../../support/operation-event.ts'

/** What the functions are asked about. */
export interface World {
  /** How often each function runs. */
  runs: number
  /** The tokens of the applications that create-application has made, one a run. */
  tokens: string[]
}
/** The event of a function's run number `i`; undefined when there is none at the moment. */
type Events = (world: World) => (i: number) => unknown

const chatOne = ({ tokens }: World) => ({ token: tokens[0] ?? '', chat: '1' })
const nth = (i: number) => String(i + 1)
/** Texts of many lengths: what is kept for each of them would be seen. */
const text = (i: number): string => `run ${i} ${'of many words '.repeat(i % 40)}`
const metadata = { kind: 'test', list: [1, 2.5, 'three'] }
const limit = ['100']

/** No two runs ask for the same term, nor for one of the same length as the run before. */
const term = (i: number): string => `${i % 10 === 0 ? 'many' : `run ${i}`}${' o'.slice(0, i % 3)}`

const messageAt = (world: World, i: number) => ({ ...chatOne(world), message: nth(i) })

/**
 * What persist's event source does: it receives at most four messages of the queue a time, and
 * deletes them when they are done, which is here when the next ones are asked for.
 */
const queued: Events = () => {
  const client = new SQSClient({})
  const QueueUrl = env('QUEUE_URL')
  const receive = { QueueUrl, MaxNumberOfMessages: 4, WaitTimeSeconds: 1 }
  let received: Message[] = []
  const remove = async () => {
    if (received.length === 0) return
    const Entries = received.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }))
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  }
  return async () => {
    await remove()
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ ...receive, AttributeNames: ['All'] }),
    )
    received = Messages
    if (received.length === 0) return undefined
    const Records = received.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
      ...{ messageId: MessageId, receiptHandle: ReceiptHandle },
      ...{ body: Body, attributes: Attributes },
    }))
    return { Records }
  }
}

/** A message that was reserved, and whose sender was killed before it sent it: the sweep has to. */
async function leaveUnsent({ tokens: [token = ''] }: World, i: number): Promise<void> {
  const parent = chatParent(appKey(token), 1)
  const ports = { table: table(), clock, ids, caps: headCaps, keptMs }
  const value = (at: string) => ({ body: text(i), ...messageKind.unset, ...timesAt(at) })
  const input = () => ({ hash: `${i}`, build: (at: string) => [value(at)] })
  await reserve(ports, { parent, key: undefined, input })
}

/**
 * For each function that there is, the events of its runs, in the order in which they are run: what
 * looks at everything while there is little, what makes something before what needs it, deletes
 * last. Persist runs beside all others.
 */
export const events: Record<string, Events> = {
  migrate: () => () => ({}),
  audit: () => () => ({ waitMs: 0 }),
  'show-health': () => () => operationEvent('show-health', {}, { query: { deep: ['1'] } }),
  docs: () => (i) => {
    const pages = routes.filter(({ stage }) => stage === 'docs')
    return operationEvent(pages[i % pages.length]?.operation ?? 'show-limits', {})
  },
  'no-route': () => (i) => eventOf({ path: `/nothing/${i}`, resource: '/{proxy+}' }),
  'create-application': () => (i) =>
    operationEvent('create-application', {}, { json: { name: text(i).slice(0, 99) } }),
  'create-chat': (world) => (i) =>
    operationEvent('create-chat', chatOne(world), { json: { title: `chat ${i}`, metadata } }),
  'create-message': (world) => (i) =>
    operationEvent('create-message', chatOne(world), { json: { body: text(i), metadata } }),
  'create-messages': (world) => (i) =>
    operationEvent(
      'create-messages',
      { ...chatOne(world), chat: '2' },
      {
        json: { messages: [0, 1, 2].map((n) => ({ body: `${n} of ${text(i)}` })) },
      },
    ),
  'list-applications': () => () => operationEvent('list-applications', {}, { query: { limit } }),
  'list-chats': (world) => () => operationEvent('list-chats', chatOne(world), { query: { limit } }),
  'list-messages': (world) => (i) =>
    operationEvent(
      'list-messages',
      { ...chatOne(world), chat: nth(i % 2) },
      {
        query: { limit, after: [String(i % (world.runs / 2))] },
      },
    ),
  'search-messages': (world) => (i) =>
    operationEvent('search-messages', chatOne(world), { query: { q: [term(i)], limit: ['20'] } }),
  'show-application':
    ({ tokens }) =>
    (i) =>
      operationEvent('show-application', { token: tokens[i] ?? '' }),
  'show-chat': (world) => (i) => operationEvent('show-chat', { ...chatOne(world), chat: nth(i) }),
  'show-message': (world) => (i) => operationEvent('show-message', messageAt(world, i)),
  'update-application':
    ({ tokens }) =>
    (i) =>
      operationEvent(
        'update-application',
        { token: tokens[i] ?? '' },
        { json: { name: `new ${i}` }, nth: i },
      ),
  'update-chat': (world) => (i) =>
    operationEvent(
      'update-chat',
      { ...chatOne(world), chat: nth(i) },
      { json: { title: text(i).slice(0, 99) }, nth: i },
    ),
  'update-message': (world) => (i) =>
    operationEvent('update-message', messageAt(world, i), {
      json: { body: `new ${text(i)}` },
      nth: i,
    }),
  reindex: () => async () => {
    await unindexPage(mysql(), undefined, 20)
    return {}
  },
  sweep: (world) => async (i) => {
    await leaveUnsent(world, i)
    return { until: Date.now() + 3_600_000 }
  },
  'delete-message': (world) => (i) => operationEvent('delete-message', messageAt(world, i)),
  'delete-chat': (world) => (i) =>
    operationEvent('delete-chat', { ...chatOne(world), chat: nth(world.runs - 1 - i) }),
  'delete-application':
    ({ tokens }) =>
    (i) =>
      operationEvent('delete-application', { token: tokens[tokens.length - 1 - i] ?? '' }),
  persist: queued,
}
