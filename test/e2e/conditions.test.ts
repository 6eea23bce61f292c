import { describe, expect, test } from 'vitest'
import { newChat, say } from '../support/chats.ts'
import { type Answer, get, post, read, send, shapes } from '../support/http.ts'
import { inParallel, until } from '../support/parallel.ts'

const etagOf = ({ headers }: Answer): string => headers.get('ETag') ?? ''
const getIf = (path: string, etag: string) =>
  send('GET', path, { headers: { 'If-None-Match': etag } })
const storedAt = (path: string) =>
  until(
    `${path} is stored`,
    60,
    () => get(path),
    ({ body }) => Object(body).status === 'stored',
  )

/** The three kinds: how each is made, and an edit of it. */
const kinds = [
  [
    'an application',
    async () => {
      const answer = await post('/applications', { name: 'x' })
      return {
        created: answer,
        path: `/applications/${read(answer, 201, shapes.application).token}`,
      }
    },
    (i: number) => ({ name: `name ${i}` }),
  ],
  [
    'a chat',
    async () => {
      const { token } = await newChat()
      return {
        created: await post(`/applications/${token}/chats`, {}),
        path: `/applications/${token}/chats/2`,
      }
    },
    (i: number) => ({ title: `title ${i}` }),
  ],
  [
    'a message',
    async () => {
      const chat = await newChat()
      return { created: await post(chat.messages, { body: 'x' }), path: `${chat.messages}/1` }
    },
    (i: number) => ({ body: `body ${i}` }),
  ],
] as const

describe.each(kinds)('%s', (_, make, edit) => {
  test('is 304 without a body while its ETag holds, and 200 once anything that it shows has changed', async () => {
    const { path } = await make()
    const shown = await storedAt(path)
    for (const tag of [etagOf(shown), `W/${etagOf(shown)}`, `"other", ${etagOf(shown)}`, '*']) {
      const again = await getIf(path, tag)
      expect(again, tag).toMatchObject({ status: 304, body: undefined })
      expect(etagOf(again)).toBe(etagOf(shown))
    }
    expect((await getIf(path, '"other"')).status).toBe(200)
    expect((await send('PATCH', path, { json: edit(1) })).status).toBe(200)
    expect((await getIf(path, etagOf(shown))).status).toBe(200)
  })

  test('is changed under its ETag from create, GET or edit, and not under an older one', async () => {
    const { created, path } = await make()
    const first = etagOf(created)
    const edited = await send('PATCH', path, { json: edit(1), headers: { 'If-Match': first } })
    expect(edited.status).toBe(200)
    const refused = await send('PATCH', path, { json: edit(2), headers: { 'If-Match': first } })
    expect(refused).toMatchObject({
      status: 412,
      body: { type: '/docs/problems#precondition-failed' },
    })
    expect(etagOf(refused)).toMatch(/^".+"$/)
    expect((await get(path)).body).toMatchObject(edit(1))
    const whole = { json: edit(3), headers: { 'If-Match': etagOf(edited) } }
    expect((await send('PUT', path, whole)).status).toBe(200)
    expect((await send('DELETE', path, { headers: { 'If-Match': first } })).status).toBe(412)
    const now = etagOf(await get(path))
    expect((await send('DELETE', path, { headers: { 'If-Match': now } })).status).toBe(204)
  })

  test('edited by 10 at once under one ETag is changed by one of them', async () => {
    const { created, path } = await make()
    const headers = { 'If-Match': etagOf(created) }
    const answers = await inParallel(10, 10, (i) => send('PATCH', path, { json: edit(i), headers }))
    const statuses = answers.map(({ status }) => status).toSorted()
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 412)])
    const winner = answers.findIndex(({ status }) => status === 200)
    expect((await get(path)).body).toMatchObject(edit(winner))
  })
})

describe('If-Match', () => {
  test('that is no entity tag is 400 even where nothing exists; a foreign or weak tag is 412; * matches any', async () => {
    const chat = await newChat()
    await say(chat, 'x')
    const path = `${chat.messages}/1`
    for (const [tag, status] of [
      ['x', 400],
      ['"x', 400],
      ['"x"', 412],
      ['W/"1-stored-0"', 412],
    ] as const) {
      const answer = await send('PATCH', path, {
        json: { body: 'y' },
        headers: { 'If-Match': tag },
      })
      expect(answer.status, tag).toBe(status)
    }
    const nowhere = await send('DELETE', `${chat.messages}/2`, { headers: { 'If-Match': 'x' } })
    expect(nowhere.status).toBe(400)
    expect((await get(path)).body).toMatchObject({ body: 'x' })
    const any = await send('PATCH', path, { json: { body: 'y' }, headers: { 'If-Match': '*' } })
    expect(any.status).toBe(200)
  })
  test('of a chat still matches after messages have arrived in it', async () => {
    const chat = await newChat()
    const etag = etagOf(await get(chat.path))
    await say(chat, 'x')
    await storedAt(`${chat.messages}/1`)
    const answer = await send('PATCH', chat.path, {
      json: { title: 'still' },
      headers: { 'If-Match': etag },
    })
    expect(answer.status).toBe(200)
  })
})
