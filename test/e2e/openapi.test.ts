import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Example, examples, parameters } from '../../bin/openapi/examples.ts'
import { openapiText } from '../../bin/openapi.ts'
import { type Route, routes } from '../../functions/api/routes.ts'
import { newChat, say } from '../support/chats.ts'
import { type Answer, get, send } from '../support/http.ts'
import { until } from '../support/parallel.ts'

const document = JSON.parse(openapiText())
const ajv = new Ajv2020({ strict: false, allErrors: true })
let token = ''
beforeAll(() => {
  formats.default(ajv)
  ajv.addSchema({ $id: 'document', ...document })
})

const pathOf = (route: Route) =>
  route.path.replace('{token}', token).replace('{chat}', '1').replace('{message}', '1')
const queryOf = ({ query = {} }: Example) => {
  const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return text.length > 0 ? `?${text.join('&')}` : ''
}
/** The answer's own response in the document: it has to exist, with this body and no header that it does not name. */
function checkDocumented(route: Route, answer: Answer): void {
  const response = document.paths[route.path][route.method.toLowerCase()].responses[answer.status]
  expect(response, `${route.method} ${route.path} ${answer.status}`).toBeDefined()
  for (const name of ['Location', 'ETag', 'Link'])
    if (answer.headers.has(name)) expect(Object.keys(response.headers), name).toContain(name)
  const media = response.content?.['application/json']
  if (!media) {
    expect(answer.body).toBeUndefined()
    return
  }
  const schema = JSON.parse(JSON.stringify(media.schema).replaceAll('"#/', '"document#/'))
  ajv.validate(schema, answer.body)
  expect(ajv.errors ? ajv.errorsText() : '').toBe('')
}

/** What no example can know: tokens, times, whether a row has arrived, how many have, and which engine answered. */
const blurred = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (name, inner) => {
      if (['created_at', 'updated_at', 'status', 'engine', 'chats_count', 'messages_count'].includes(name))
        return name
      return inner === token || inner === parameters.token ? 'token' : inner
    }),
  )

// Deletes last, and what lies deeper before what holds it; all else in the order of the table.
const inOrder = [
  ...routes.filter(({ method }) => method !== 'DELETE'),
  ...routes.filter(({ method }) => method === 'DELETE').toReversed(),
]
const shownBy = ({ method, operation }: Route): [string, Example][] =>
  Object.entries(examples[`${method} ${operation}`] ?? {})

describe('the examples of the document', () => {
  test.each(
    inOrder.flatMap((route) =>
      (shownBy(route).length > 0 ? shownBy(route) : [['plain', {}] as [string, Example]])
        .filter(() => route.stage !== 'docs' || route.operation === 'show-limits')
        .map(([name, example]) => ({ title: `${route.method} ${route.path}: ${name}`, route, example })),
    ),
  )('are answered as they say: $title', async ({ route, example }) => {
    const json = example.request === undefined ? {} : { json: example.request }
    const answer = await send(route.method, `${pathOf(route)}${queryOf(example)}`, json)
    if (route.operation === 'create-application') token = Object(answer.body).token
    checkDocumented(route, answer)
    // On a stack that others use too the first application is another one.
    if (example.response !== undefined && route.operation !== 'list-applications')
      expect(blurred(answer.body)).toEqual(blurred(example.response))
  })
})

describe('every problem that a client can make', () => {
  test('is one that the document names', async () => {
    const chat = await newChat()
    await say(chat, 'x')
    const etag = { 'If-Match': '"999-stored-0"' }
    const messagesPath = '/applications/{token}/chats/{chat}/messages'
    const messagePath = `${messagesPath}/{message}`
    const cases = [
      ['POST', messagesPath, chat.messages, { raw: '{' }],
      ['POST', messagesPath, chat.messages, { json: {} }],
      ['POST', messagesPath, chat.messages, { json: { body: 'x', metadata: { a: 'x'.repeat(140_000) } } }],
      ['GET', messagesPath, `${chat.messages}?limit=x`, {}],
      ['GET', messagePath, `${chat.messages}/2`, {}],
      ['PATCH', messagePath, `${chat.messages}/1`, { json: { body: 'y' }, headers: etag }],
    ] as const
    for (const [method, path, at, sent] of cases) {
      const answer = await send(method, at, sent)
      const { $ref } = document.paths[path][method.toLowerCase()].responses[answer.status]
      const { content } = document.components.responses[$ref.split('/').at(-1)]
      const { schema } = content['application/problem+json']
      ajv.validate({ $ref: `document${schema.$ref}` }, answer.body)
      expect(ajv.errors ? ajv.errorsText() : '').toBe('')
    }
  })
})

describe('a representation', () => {
  test('has no field that the document does not name, on its way and stored', async () => {
    const chat = await newChat()
    await say(chat, 'x')
    const route = routes.find(({ operation }) => operation === 'show-message')
    if (!route) throw new Error('no route shows a message')
    checkDocumented(route, await get(`${chat.messages}/1`))
    const stored = await until(
      'the message is stored',
      60,
      () => get(`${chat.messages}/1`),
      ({ body }) => Object(body).status === 'stored',
    )
    checkDocumented(route, stored)
  })
})
