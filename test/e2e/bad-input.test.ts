import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { allOf, type Chat, newApplication, newChat, say } from '../support/chats.ts'
import { get, post, read, type Sent, send, shapes } from '../support/http.ts'
import { sendHostile, sendRaw } from '../support/raw.ts'

/**
 * What is sent, the status, and the field that the response must name: a JSON Pointer, or a
 * parameter.
 */
type Case = [name: string, sent: Sent, status: number, field?: string]

const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...new TextEncoder().encode(part)] : part,
    ),
  )
const deep = '['.repeat(60_000) + ']'.repeat(60_000)

const notJson: Case[] = [
  ['an opening brace alone', { raw: '{' }, 400],
  ['single quotes', { raw: "{'a':1}" }, 400],
  ['a trailing comma', { raw: '{"body":"x",}' }, 400],
  ['two values', { raw: '{}{}' }, 400],
  ['white space alone', { raw: '  ' }, 400],
  ['a raw control character', { raw: '{"body":"a\u0001"}' }, 400],
  ['bytes that are not UTF-8', { raw: bytes('{"body":"', [0xff, 0xfe], '"}') }, 400],
  ['a surrogate in UTF-8', { raw: bytes('{"body":"', [0xed, 0xa0, 0x80], '"}') }, 400],
  ['UTF-16', { raw: bytes([0xff, 0xfe, 0x7b, 0, 0x7d, 0]) }, 400],
  [
    'a form',
    { raw: 'body=x', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    400,
  ],
]
/** Bytes are judged whatever the media type, or none: nothing on the way may replace them. */
const untyped: Case[] = ['', ';', 'text/plain', '; charset=utf-8'].map((type) => [
  `bytes that are not UTF-8, of the type ${JSON.stringify(type)}`,
  { raw: bytes('{"body":"', [0xff], '"}'), headers: { 'Content-Type': type } },
  400,
])
const packed: Case = [
  'a packed body',
  { raw: gzipSync('{"body":"x"}'), headers: { 'Content-Encoding': 'gzip' } },
  415,
]
const notObjects: Case[] = ['[]', '[{"body":"x"}]', '"x"', '1', 'true', 'null', deep].map((raw) => [
  `${raw.slice(0, 20)} in the place of an object`,
  { raw },
  422,
  '',
])
/** A text field that has to be there, or may be null, with what fills the rest of the payload. */
const textField = (field: string, rest: object, longest: number): Case[] => [
  ...[
    '""',
    '" "',
    '"\\n\\t"',
    '"\\u00a0\\u3000"',
    '1',
    '[]',
    '{}',
    'true',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udc00x"',
    '"\\ude00\\ud83d"',
    deep,
  ].map((value): Case => {
    const others = JSON.stringify(rest).slice(1, -1)
    const raw = `{${others}${others ? ',' : ''}${JSON.stringify(field)}:${value}}`
    return [`${field} ${value.slice(0, 20)}`, { raw }, 422, `/${field}`]
  }),
  [`${field} too long`, { json: { ...rest, [field]: 'x'.repeat(longest + 1) } }, 422, `/${field}`],
]
const unknownFields = (rest: object): Case[] =>
  ['number', 'id', 'created_at', 'Body', 'constructor', '__proto__', '', 'a/b~c'].map((field) => {
    const others = JSON.stringify(rest).slice(1, -1)
    const raw = `{${others}${others ? ',' : ''}${JSON.stringify(field)}:1}`
    return [
      `unknown field ${field}`,
      { raw },
      422,
      `/${field.replace('~', '~0').replace('/', '~1')}`,
    ]
  })
const metadataCases = (rest: object): Case[] => [
  ...[[], 'x', 1, true].map(
    (metadata): Case => [
      `metadata ${JSON.stringify(metadata)}`,
      { json: { ...rest, metadata } },
      422,
      '/metadata',
    ],
  ),
  ...['1e400', '-1e400', '12345678901234567890', '-0', '1e-400'].map((number): Case => {
    const others = JSON.stringify(rest).slice(1, -1)
    const raw = `{${others}${others ? ',' : ''}"metadata":{"a":[1,${number}]}}`
    return [`metadata with ${number}`, { raw }, 422, '/metadata/a/1']
  }),
  [
    'metadata too large',
    { json: { ...rest, metadata: { a: 'x'.repeat(4_096) } } },
    422,
    '/metadata',
  ],
  [
    'metadata too deep',
    {
      raw: `{${JSON.stringify(rest).slice(1, -1)}${Object.keys(rest).length > 0 ? ',' : ''}"metadata":{"a":${deep}}}`,
    },
    422,
    '/metadata',
  ],
  ['metadata with U+0000', { json: { ...rest, metadata: { a: ['\u0000'] } } }, 422, '/metadata'],
  [
    'metadata with a lone surrogate in a name',
    {
      raw: `{${JSON.stringify(rest).slice(1, -1)}${Object.keys(rest).length > 0 ? ',' : ''}"metadata":{"\\ud800":1}}`,
    },
    422,
    '/metadata',
  ],
]
const large: Case[] = [
  [
    'a request of more than 128 KiB',
    { json: { body: 'x', name: 'x', metadata: { a: 'x'.repeat(131_072) } } },
    413,
  ],
  ['a request of 3 MB', { json: { body: 'x'.repeat(3_000_000) } }, 413],
]
const missing = (field: string): Case => [`no ${field}`, { json: {} }, 422, `/${field}`]
const key: Case = [
  'an Idempotency-Key without characters',
  { json: { body: 'x', name: 'x' }, headers: { 'Idempotency-Key': '""' } },
  400,
  'Idempotency-Key',
]

const message = [
  ...notJson,
  ...untyped,
  packed,
  ['no body', {}, 400] satisfies Case,
  ...notObjects,
  missing('body'),
  ...textField('body', {}, 16_384),
  ['body of too many bytes', { json: { body: 'é'.repeat(8_193) } }, 422, '/body'] satisfies Case,
  ['body null', { json: { body: null } }, 422, '/body'] satisfies Case,
  ...textField('sender', { body: 'x' }, 255),
  ...metadataCases({ body: 'x' }),
  ...unknownFields({ body: 'x' }),
  ...large,
]
const chatCases = [
  ...notJson,
  // Null stands for no body there.
  ...notObjects.filter(([, { raw }]) => raw !== 'null'),
  ...textField('title', {}, 255),
  ...metadataCases({}),
  ...unknownFields({}),
  ...large,
]
const application = [
  ...notJson,
  ['no body', {}, 400] satisfies Case,
  ...notObjects,
  missing('name'),
  ...textField('name', {}, 255),
  ...unknownFields({ name: 'x' }),
  ...large,
]

async function refuses(
  method: string,
  path: string,
  [name, sent, status, field]: Case,
): Promise<void> {
  const answer = await send(method, path, sent)
  expect(answer.status, name).toBe(status)
  if (field === undefined) return
  const errors: unknown = JSON.parse(JSON.stringify(answer.body)).errors
  const named = field === 'Idempotency-Key' ? { parameter: field } : { pointer: field }
  expect(errors, name).toContainEqual(expect.objectContaining(named))
}

describe('bad input', () => {
  let chat: Chat
  beforeAll(async () => {
    chat = await newChat()
    await say(chat, 'the only one')
  })

  test.each([...message, key])('to a new message is refused: %s', (...bad) =>
    refuses('POST', chat.messages, bad),
  )
  test.each(message)('to a message that is replaced is refused: %s', (...bad) =>
    refuses('PUT', `${chat.messages}/1`, bad),
  )
  test.each(
    [...chatCases, key].filter(
      ([, sent]) => sent.json === undefined || !('name' in Object(sent.json)) || sent.headers,
    ),
  )('to a new chat is refused: %s', (...bad) =>
    refuses('POST', `/applications/${chat.token}/chats`, bad),
  )
  test.each(application)('to the application is refused: %s', (...bad) =>
    refuses('PUT', `/applications/${chat.token}`, bad),
  )
  test.each([...application, key])('to a new application is refused: %s', (...bad) =>
    refuses('POST', '/applications', bad),
  )

  test('has consumed no number, stored nothing and changed nothing', async () => {
    const token = chat.token
    expect((await allOf(chat.messages, shapes.message)).map(({ body }) => body)).toEqual([
      'the only one',
    ])
    expect(
      (await allOf(`/applications/${token}/chats`, shapes.chat)).map(({ number }) => number),
    ).toEqual([1])
    expect(read(await get(`/applications/${token}`), 200, shapes.application).name).toBe('Test')
    expect((await say(chat, 'next')).number).toBe(2)
    expect((await newChat(token)).number).toBe(2)
    const newest = await newApplication('newest')
    const listed = (await allOf('/applications', shapes.application)).map((each) => each.token)
    expect(listed.slice(listed.indexOf(token))).toEqual([token, newest])
  })
})

describe('a path', () => {
  const noNumbers = [
    '0',
    '-0',
    '-1',
    '+1',
    '1e3',
    '01',
    '1.5',
    'abc',
    '%20',
    '1%20',
    '0x1',
    '%D9%A1',
    'NaN',
    '1,2',
  ]
  test.each(noNumbers)('with %s for a number is 400, and the response names it', async (raw) => {
    const { token, path } = await newChat()
    for (const [at, parameter] of [
      [`/applications/${token}/chats/${raw}`, 'chat'],
      [`${path}/messages/${raw}`, 'message'],
    ] as const) {
      for (const answer of [await get(at), await send('PATCH', at, { json: { title: 'x' } })]) {
        expect(answer).toMatchObject({ status: 400, body: { errors: [{ parameter }] } })
      }
    }
    const answer = await post(`/applications/${token}/chats/${raw}/messages`, { body: 'x' })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ parameter: 'chat' }] } })
  })
  test.each(['2', '9007199254740991', '9007199254740992', '9'.repeat(17), '9'.repeat(300)])(
    'with a number that was not given out is 404: %s',
    async (number) => {
      const { token, messages } = await newChat()
      expect((await get(`/applications/${token}/chats/${number}`)).status).toBe(404)
      expect((await get(`${messages}/${number}`)).status).toBe(404)
      expect((await get(`/applications/${token}/chats/${number}/messages`)).status).toBe(404)
      expect(
        (await post(`/applications/${token}/chats/${number}/messages`, { body: 'x' })).status,
      ).toBe(404)
      expect((await newChat(token)).number).toBe(2)
    },
  )
  test.each([
    'none',
    '0',
    'x'.repeat(32),
    'x'.repeat(2_000),
    '%00',
    '%F0%9F%98%80',
    '%25',
    "'%20OR%20'1'='1",
    '__proto__',
    '%22',
  ])('with a token that names nothing is 404 whatever its shape: %s', async (token) => {
    const path = `/applications/${token}`
    for (const answer of [
      await get(path),
      await send('PATCH', path, { json: { name: 'x' } }),
      await get(`${path}/chats`),
      await post(`${path}/chats`, {}),
      await get(`${path}/chats/1`),
      await post(`${path}/chats/1/messages`, { body: 'x' }),
      await get(`${path}/chats/1/messages/1`),
      await get(`${path}/chats/1/messages/search?q=x`),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { type: '/docs/problems#not-found' } })
    }
  })
  test("of another application's chat is 404", async () => {
    const mine = await newChat()
    await newChat(mine.token)
    const other = await newApplication()
    expect((await get(`/applications/${other}/chats/2`)).status).toBe(404)
    expect((await post(`/applications/${other}/chats/2/messages`, { body: 'x' })).status).toBe(404)
    expect((await newChat(other)).number).toBe(1)
  })
})

describe('a query', () => {
  test('that is not UTF-8 is 400, and never replaced', async () => {
    const { messages } = await newChat()
    for (const q of ['%FF', '%ED%A0%80', '%', '100%', '%zz'])
      expect((await sendHostile('GET', `${messages}/search?q=${q}`)).status, q).toBe(400)
    const answer = await sendRaw('GET', `${messages}/search?q=\u00e9`)
    expect(answer).toMatchObject({ status: 400, body: { status: 400 } })
  })
  test('that a route does not know is 400, and the response names it', async () => {
    const chat = await newChat()
    for (const path of [
      chat.messages,
      chat.path,
      `/applications/${chat.token}`,
      `/applications/${chat.token}/chats`,
      '/applications',
      '/health',
    ]) {
      for (const name of ['page', 'constructor', '__proto__', 'Limit']) {
        const answer = await get(`${path}?${name}=1`)
        expect(answer, `${path} ${name}`).toMatchObject({
          status: 400,
          body: { errors: [{ parameter: name }] },
        })
      }
    }
    expect((await post(`${chat.messages}?x=1`, { body: 'x' })).status).toBe(400)
    expect((await say(chat, 'first')).number).toBe(1)
  })
  test('with a value out of range is 400, and the response names it', async () => {
    const chat = await newChat()
    const bad = [
      'limit=0',
      'limit=1001',
      'limit=x',
      'limit=',
      'limit=1.5',
      'after=-1',
      'after=x',
      'before=1e3',
      'around=-1',
      'order=up',
      'limit=5&limit=5',
    ]
    for (const query of bad) {
      const parameter = query.split('=')[0]
      const answer = await get(`${chat.messages}?${query}`)
      expect(answer, query).toMatchObject({ status: 400, body: { errors: [{ parameter }] } })
    }
    expect((await get(`${chat.messages}?around=1&after=1`)).status).toBe(400)
  })
})
