import { beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../functions/api/routes.ts'
import { ids } from '../../functions/clients/clock.ts'
import { type Chat, newApplication, newChat, say } from '../support/chats.ts'
import { get, problem, read, send } from '../support/http.ts'

/** Another application's chat with a message, which nobody else's token may reach. */
let theirs: Chat
/** Our application, with one chat less, so that only theirs has a chat of that number. */
let ours: string
beforeAll(async () => {
  const token = await newApplication('theirs')
  await newChat(token)
  theirs = await newChat(token)
  await say(theirs, 'secret', { sender: 'them' })
  ours = (await newChat()).token
})

/** A payload that the route takes, so that nothing but the token is wrong. */
const payloads: Record<string, object> = {
  'update-application': { name: 'taken over' },
  'create-chat': { title: 'taken over' },
  'update-chat': { title: 'taken over' },
  'create-message': { body: 'taken over' },
  'create-messages': { messages: [{ body: 'taken over' }] },
  'update-message': { body: 'taken over' },
}
const pathWith = (pattern: string, token: string): string =>
  pattern
    .replace('{token}', token)
    .replace('{chat}', String(theirs.number))
    .replace('{message}', '1') + (pattern.endsWith('/search') ? '?q=secret' : '')
const ask = (route: (typeof routes)[number], token: string) => {
  const json = payloads[route.operation]
  return send(route.method, pathWith(route.path, token), json === undefined ? {} : { json })
}

const withToken = routes.filter(({ path }) => path.includes('{token}'))
const withChat = routes.filter(({ path }) => path.includes('{chat}'))

test('the routes that take a body have a payload here, so that their 404 is about the token', () => {
  for (const route of withToken.filter((each) => 'body' in each))
    expect(payloads[route.operation], route.operation).toBeDefined()
})

describe('the chat of another application', () => {
  test.each(withChat)('is 404 under our token: $method $path', async (route) => {
    expect(read(await ask(route, ours), 404, problem)).toMatchObject({
      type: '/docs/problems#not-found',
    })
  })
})

describe('a token that nobody was given', () => {
  // In turn: a text as tokens are made, one of their tokens in another letter case, texts that no
  // token looks like, and an internal name.
  const unknown: [string, () => string][] = [
    ['made up', () => ids.text(32)],
    [
      'in another letter case',
      () =>
        theirs.token.toUpperCase() === theirs.token
          ? theirs.token.toLowerCase()
          : theirs.token.toUpperCase(),
    ],
    ['cut short', () => theirs.token.slice(0, -1)],
    ['with one more', () => `${theirs.token}A`],
    ['short', () => 'x'],
    ['with odd characters', () => encodeURIComponent(`'"\u00e9\u{1f600} %`)],
    ['with a name of ours', () => 'root'],
  ]
  describe.each(unknown)('%s', (_, token) => {
    test.each(withToken)('is 404: $method $path', async (route) => {
      expect(read(await ask(route, token()), 404, problem)).toMatchObject({
        type: '/docs/problems#not-found',
      })
    })
  })
})

test('none of these requests has changed anything of theirs', async () => {
  expect((await get(`/applications/${theirs.token}`)).body).toMatchObject({ name: 'theirs' })
  expect((await get(theirs.path)).body).toMatchObject({ number: 2, title: null })
  const { data } = Object(await get(theirs.messages)).body
  expect(data).toMatchObject([{ number: 1, body: 'secret', sender: 'them' }])
  expect(Object((await get(`/applications/${ours}/chats`)).body).data).toHaveLength(1)
})
