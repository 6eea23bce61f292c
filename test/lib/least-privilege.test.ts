import { Client } from '@opensearch-project/opensearch'
import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../functions/api/routes.ts'
import {
  type SearchCall,
  searchPaths,
  type TableCall,
  tableActions,
  transactionParts,
} from '../../lib/calls.ts'
import { functionEntries, functionsOf } from '../../lib/function-entries.ts'
import { type BundledCalls, bundledCalls } from './bundled-calls.ts'
import { appWith, type Statement, statementsOf, synthMs, templateOf } from './synthesised.ts'

let chat: Template
let calls: Map<string, BundledCalls>
beforeAll(async () => {
  chat = templateOf(await appWith({ operatorKey: 'open' }), 'chat')
  calls = await bundledCalls()
}, synthMs)

const names = functionEntries().map(({ name }) => name)
const callsOf = (name: string): BundledCalls => {
  const found = calls.get(name)
  if (!found) throw new Error(`no bundle of ${name}`)
  return found
}

/** What is allowed to the role of a function, without its managed policies. */
const allowedTo = (name: string): Statement[] =>
  statementsOf(chat, `chat-${name}`).filter(({ Effect }) => Effect === 'Allow')
const actionsOf = (name: string, service: string): string[] => [
  ...new Set(
    allowedTo(name)
      .flatMap(({ Action }) => Action)
      .filter((action) => action.startsWith(`${service}:`)),
  ),
]

const isTableCall = (call: string): call is TableCall => call in tableActions
const isSearchCall = (call: string): call is SearchCall => call in searchPaths
const hasToken = (name: string) =>
  routes.some(({ operation, path }) => operation === name && path.includes('{token}'))

/** The calls of the table as those of IAM's actions. A read function updates rate buckets alone. */
function tableCallsOf(name: string): string[] {
  const { table, commands } = callsOf(name)
  const parts = [...table].flatMap((call) => (call === 'transact' ? [...transactionParts] : call))
  const reads = functionsOf('read').includes(name)
  const used = parts.filter((call) => !(reads && call === 'update' && !hasToken(name)))
  const actions = used.map((call) =>
    isTableCall(call) ? tableActions[call] : { queryDue: tableActions.query }[call],
  )
  return [...actions.map(String), ...(commands.has('ScanCommand') ? ['dynamodb:Scan'] : [])]
}

describe('a function is allowed what its code calls, and nothing else', () => {
  const sorted = (actions: Iterable<string>) => [...new Set(actions)].toSorted()

  test.each(names)('of the table: %s', (name) => {
    expect(sorted(actionsOf(name, 'dynamodb'))).toEqual(sorted(tableCallsOf(name)))
  })

  test.each(names)('of the index: %s', (name) => {
    const { search } = callsOf(name)
    for (const call of search) expect(call).toSatisfy(isSearchCall)
    const wanted = [...search].filter(isSearchCall).map((call) => {
      const [method, path] = searchPaths[call]
      return `es:ESHttp${method} /${path}`
    })
    const granted = allowedTo(name).flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .filter((action) => action.startsWith('es:'))
        .flatMap((action) => pathsIn(Resource).map((path) => `${action} ${path}`)),
    )
    expect(sorted(granted)).toEqual(sorted(wanted))
  })

  test.each(names)('of the queues: %s', (name) => {
    const { sends, commands } = callsOf(name)
    // The event source of persist receives, deletes and looks at the queue for it.
    const received = ['ReceiveMessage', 'DeleteMessage', 'GetQueueUrl', 'GetQueueAttributes']
    const wanted = [
      ...(sends ? ['SendMessage'] : []),
      ...(commands.has('GetQueueAttributesCommand') ? ['GetQueueAttributes'] : []),
      ...(commands.has('ChangeMessageVisibilityBatchCommand') ? ['ChangeMessageVisibility'] : []),
      ...(name === 'persist' ? received : []),
    ]
    expect(sorted(actionsOf(name, 'sqs'))).toEqual(sorted(wanted.map((each) => `sqs:${each}`)))
  })

  test.each(names)('of MySQL, and of no other service: %s', (name) => {
    expect(actionsOf(name, 'rds-db')).toEqual(callsOf(name).mysql ? ['rds-db:connect'] : [])
    const services = allowedTo(name).flatMap(({ Action }) =>
      [Action].flat().map((action) => action.split(':')[0]),
    )
    for (const service of services) expect(service).toMatch(/^(dynamodb|es|sqs|rds-db)$/)
  })
})

test('only the migration deletes rows, and only persist inserts besides: no other user may', () => {
  const doing = (statement: string) => names.filter((name) => callsOf(name).sql.has(statement))
  expect(doing('DELETE FROM')).toEqual(['migrate'])
  expect(doing('INSERT INTO')).toEqual(['persist', 'migrate'])
})

test('what is looked for is found: these are the calls of persist', () => {
  const { table, search, sends, mysql } = callsOf('persist')
  expect([...table].toSorted()).toEqual(['delete', 'put', 'transact', 'update'])
  expect([...search]).toEqual(['bulk'])
  expect([sends, mysql]).toEqual([true, true])
})

test('read functions update buckets of the rate limit and no other item', () => {
  for (const name of functionsOf('read'))
    for (const { Action, Condition } of allowedTo(name))
      if ([Action].flat().includes('dynamodb:UpdateItem')) {
        expect(Action, name).toBe('dynamodb:UpdateItem')
        expect(JSON.stringify(Condition), name).toContain('rate#*')
      }
})

describe('a call of the index', () => {
  const arguments_: Record<SearchCall, object | undefined> = {
    search: { index: 'messages', body: {} },
    ping: undefined,
    bulk: { body: [{}] },
    'indices.create': { index: 'messages', body: {} },
    'indices.get': { index: 'messages' },
    'indices.putMapping': { index: 'messages', body: {} },
    'indices.updateAliases': { body: { actions: [] } },
  }
  test.each(Object.keys(searchPaths).filter(isSearchCall))(
    'is sent by the method and to the path that it is granted: %s',
    async (call) => {
      const client = new Client({ node: 'http://localhost:1' })
      const sent: { method: string; path: string }[] = []
      client.transport.request = (async (params: { method: string; path: string }) => {
        sent.push(params)
        return {}
      }) as unknown as typeof client.transport.request
      const [group, name] = call.split('.')
      const owner: object = name === undefined ? client : Reflect.get(client, group ?? '')
      await Reflect.get(owner, name ?? call).call(owner, arguments_[call])
      const [method, path] = searchPaths[call]
      expect(sent[0]?.method).toBe(method.toUpperCase())
      expect(sent[0]?.path).toMatch(new RegExp(`^/${path.replace('*', '.*')}$`))
    },
  )
})

/** The paths below the domain of an IAM resource, which is made of the domain's ARN and a path. */
function pathsIn(resource: unknown): string[] {
  return (Array.isArray(resource) ? resource : [resource]).map((each) => {
    const parts = (each as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1]
    return String(parts.at(-1))
  })
}
