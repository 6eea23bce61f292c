// A conversation by the client of openapi-generator's typescript-fetch. Arguments: the folder of
// the compiled client, the base address.
import assert from 'node:assert/strict'
import { join } from 'node:path'

const [, , folder = '', basePath] = process.argv
const api = await import(join(folder, 'index.js'))
const configuration = new api.Configuration({ basePath })
const applications = new api.ApplicationsApi(configuration)
const chats = new api.ChatsApi(configuration)
const messages = new api.MessagesApi(configuration)

const { token } = await applications.createApplication({ applicationCreate: { name: 'Made' } })
const { number: chat } = await chats.createChat({ token, chatCreate: { title: 'Lunch' } })
const at = { token, chat }
const created = await messages.createMessageRaw({ ...at, messageCreate: { body: 'Soup?' } })
const first = await created.value()
assert.deepEqual([first.number, first.sender, first.metadata], [1, null, null])
assert.equal(created.raw.headers.get('Location'), 'messages/1')
const batch = [2, 3, 4, 5].map((n) => ({ body: `m${n}`, metadata: { n } }))
const idempotencyKey = crypto.randomUUID()
for (const _ of ['sent', 'sent again']) {
  const { data } = await messages.createMessages({
    ...at,
    idempotencyKey,
    messageBatch: { messages: batch },
  })
  assert.deepEqual(
    data.map(({ number, metadata }) => [number, metadata]),
    [2, 3, 4, 5].map((n) => [n, { n }]),
  )
}

const seen = []
for (let after; after !== null; ) {
  const { data, page } = await messages.listMessages({ ...at, after, limit: 2 })
  seen.push(...data.map(({ number }) => number))
  after = page.after
}
assert.deepEqual(seen, [1, 2, 3, 4, 5])

const found = await messages.searchMessages({ ...at, q: 'oup' })
assert.deepEqual([found.page.total, found.data[0].highlights[0].start], [1, 1])

const ifMatch = (await messages.showMessageRaw({ ...at, message: 1 })).raw.headers.get('ETag')
const edit = { ...at, message: 1, ifMatch, messageUpdate: { body: 'Salad?' } }
assert.equal((await messages.updateMessage(edit)).body, 'Salad?')
const problemOf = async (refused) => {
  const error = await refused.then(
    () => assert.fail('was not refused'),
    (reason) => reason,
  )
  return api.ProblemFromJSON(await error.response.json())
}
const changed = await problemOf(messages.updateMessage(edit))
assert.deepEqual([changed.status, changed.type], [412, '/docs/problems#precondition-failed'])
const wrong = await problemOf(messages.createMessage({ ...at, messageCreate: { body: ' ' } }))
assert.deepEqual([wrong.status, wrong.errors[0].pointer], [422, '/body'])

await messages.deleteMessage({ ...at, message: 1 })
const missing = await problemOf(messages.showMessage({ ...at, message: 1 }))
assert.deepEqual([missing.status, missing.type], [404, '/docs/problems#not-found'])
