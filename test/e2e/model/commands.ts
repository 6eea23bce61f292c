import assert from 'node:assert/strict'
import fc from 'fast-check'
import { newChat, say } from '../../support/chats.ts'
import { found, get, pageOf, post, read, send, shapes } from '../../support/http.ts'
import { type ChatModel, hitsOf, type Model } from './model.ts'

/** The system itself needs no state: it is behind CHAT_BASE_URL. */
type Real = undefined
type Command = fc.AsyncCommand<Model, Real>

/** A step of a history: what it does to the system and the model, and how it is written in a counterexample. */
const command = (
  text: string,
  run: (model: Model) => Promise<void>,
  check: (model: Model) => boolean = () => true,
): Command => ({
  check,
  run,
  toString: () => text,
})

/** Chats are named by any number: it counts around what there is, so that shortening a history keeps its steps. */
const chatOf = ({ chats }: Model, pick: number): ChatModel => {
  const chat = chats[pick % chats.length]
  assert(chat, 'every command but create-chat needs a chat')
  return chat
}
const some = ({ chats }: Model) => chats.length > 0
const numberIn = ({ bodies }: ChatModel, pick: number) => 1 + (pick % bodies.length)
const filled = (model: Model, pick: number) => some(model) && chatOf(model, pick).bodies.length > 0

const createChat = (): Command =>
  command('create chat', async (model) => {
    const chat = await newChat(model.token)
    assert.equal(chat.number, model.chats.length + 1)
    model.chats.push({ chat, bodies: [], keys: new Map() })
  })

const create = (pick: number, body: string): Command =>
  command(
    `create in ${pick}: ${JSON.stringify(body)}`,
    async (model) => {
      const { chat, bodies } = chatOf(model, pick)
      const made = await say(chat, body)
      bodies.push(body)
      assert.deepEqual([made.number, made.body], [bodies.length, body])
    },
    some,
  )

/** A key's first use creates; the same again is answered the same; another body is refused. */
const createKeyed = (pick: number, key: string, body: string): Command =>
  command(
    `create in ${pick} by the key ${key}: ${JSON.stringify(body)}`,
    async (model) => {
      const { chat, bodies, keys } = chatOf(model, pick)
      const answer = await post(chat.messages, { body }, { 'Idempotency-Key': key })
      const known = keys.get(key)
      if (known && known.body !== body) return assert.equal(answer.status, 422)
      const made = read(answer, 201, shapes.message)
      if (!known) keys.set(key, { body, number: bodies.push(body) })
      // A repeat is answered as the create was, whatever was edited since.
      assert.deepEqual([made.number, made.body], [keys.get(key)?.number, body])
      assert.equal(answer.headers.get('Idempotency-Replayed'), known ? 'true' : null)
    },
    some,
  )

/** Repeats one of the keyed creates there were, exactly. */
const replay = (pick: number, which: number): Command =>
  command(
    `replay ${which} in ${pick}`,
    async (model) => {
      const { chat, keys } = chatOf(model, pick)
      const [key, known] = [...keys][which % keys.size] ?? []
      assert(key && known)
      const answer = await post(chat.messages, { body: known.body }, { 'Idempotency-Key': key })
      assert.equal(read(answer, 201, shapes.message).number, known.number)
      assert.equal(answer.headers.get('Idempotency-Replayed'), 'true')
    },
    (model) => some(model) && chatOf(model, pick).keys.size > 0,
  )

const edit = (pick: number, which: number, body: string): Command =>
  command(
    `edit ${which} in ${pick}: ${JSON.stringify(body)}`,
    async (model) => {
      const chat = chatOf(model, pick)
      const number = numberIn(chat, which)
      const answer = await send('PATCH', `${chat.chat.messages}/${number}`, { json: { body } })
      assert.equal(read(answer, 200, shapes.message).body, body)
      chat.bodies[number - 1] = body
    },
    (model) => filled(model, pick),
  )

const show = (pick: number, which: number): Command =>
  command(
    `show ${which} in ${pick}`,
    async (model) => {
      const chat = chatOf(model, pick)
      const number = numberIn(chat, which)
      const shown = read(await get(`${chat.chat.messages}/${number}`), 200, shapes.message)
      assert.equal(shown.body, chat.bodies[number - 1])
      assert.equal((await get(`${chat.chat.messages}/${chat.bodies.length + 1}`)).status, 404)
    },
    (model) => filled(model, pick),
  )

const list = (pick: number, order: 'asc' | 'desc', limit: number, after: number): Command =>
  command(
    `list ${order} of ${pick}, ${limit} after ${after}`,
    async (model) => {
      const { chat, bodies } = chatOf(model, pick)
      const path = `${chat.messages}?order=${order}&limit=${limit}&after=${after}`
      const { data } = read(await get(path), 200, pageOf(shapes.message))
      const all = bodies.map((body, i) => ({ number: i + 1, body }))
      // `after` is a bound of numbers, whatever the order.
      const beyond = all.slice(after)
      const expected = order === 'asc' ? beyond : beyond.reverse()
      assert.deepEqual(
        data.map(({ number, body }) => ({ number, body })),
        expected.slice(0, limit),
      )
    },
    some,
  )

const search = (pick: number, term: string): Command =>
  command(
    `search ${pick} for ${JSON.stringify(term)}`,
    async (model) => {
      const chat = chatOf(model, pick)
      const path = `${chat.chat.messages}/search?limit=1000&q=${encodeURIComponent(term)}`
      const { data, page } = read(await get(path), 200, found)
      const expected = hitsOf(chat, term)
      assert.deepEqual(
        data.map(({ number, body }) => ({ number, body })),
        expected.map((number) => ({ number, body: chat.bodies[number - 1] })),
      )
      assert.equal(page.total, expected.length)
    },
    some,
  )

const pick = fc.nat({ max: 3 })
const which = fc.nat({ max: 30 })
/** Few letters, so that searches find; their case, and code points of every width, so that they must be exact. */
const letter = fc.constantFrom(
  'a',
  'A',
  'b',
  ' ',
  '.',
  'é',
  'ß',
  'İ',
  'Σ',
  'ς',
  '世',
  '😀',
  '%',
  '_',
  '\\',
  '"',
)
const text = (maxLength: number) =>
  fc.string({ unit: letter, minLength: 1, maxLength }).filter((value) => value.trim() !== '')
const key = fc.constantFrom('k1', 'k2', 'k3')

/** What histories are made of. Deletes and batches of messages: add theirs here, and their effect to the model. */
export const commands: fc.Arbitrary<Command>[] = [
  fc.constant(createChat()),
  fc.tuple(pick, text(12)).map((args) => create(...args)),
  fc.tuple(pick, key, text(4)).map((args) => createKeyed(...args)),
  fc.tuple(pick, which).map((args) => replay(...args)),
  fc.tuple(pick, which, text(12)).map((args) => edit(...args)),
  fc.tuple(pick, which).map((args) => show(...args)),
  fc
    .tuple(
      pick,
      fc.constantFrom('asc' as const, 'desc' as const),
      fc.integer({ min: 1, max: 9 }),
      fc.nat({ max: 12 }),
    )
    .map((args) => list(...args)),
  fc.tuple(pick, text(4)).map((args) => search(...args)),
]

/** A model that every history begins with: an application of its own, with one empty chat. */
export async function begin(token: string): Promise<{ model: Model; real: Real }> {
  const chat = await newChat(token)
  return { model: { token, chats: [{ chat, bodies: [], keys: new Map() }] }, real: undefined }
}
