import assert from 'node:assert/strict'
import * as v from 'valibot'
import { newChat } from '../../support/chats.ts'
import { type Answer, post, read, shapes } from '../../support/http.ts'
import { type ChatModel, type Command, chatOf, command, type Keyed, some } from './model.ts'

const batch = v.strictObject({ data: v.array(shapes.message) })
const bodiesOf = (json: Keyed['json']) =>
  'messages' in json ? json.messages.map(({ body }) => body) : [json.body]

/**
 * What a create returned: the numbers follow each other from `number`, the bodies are those that
 * were sent.
 */
function checkCreated(answer: Answer, json: Keyed['json'], number: number): void {
  const made =
    'messages' in json ? read(answer, 201, batch).data : [read(answer, 201, shapes.message)]
  assert.deepEqual(
    made.map((message) => ({ number: message.number, body: message.body })),
    bodiesOf(json).map((body, i) => ({ number: number + i, body })),
  )
}

/** Sends; in a deleted chat nothing is created any more. */
async function create(model: ChatModel, json: Keyed['json']): Promise<void> {
  const answer = await post(model.chat.messages, json)
  if (model.deleted) return assert.equal(answer.status, 404)
  checkCreated(answer, json, model.bodies.length + 1)
  model.bodies.push(...bodiesOf(json))
}

export const createChat = (): Command =>
  command('create chat', async (model) => {
    const chat = await newChat(model.token)
    assert.equal(chat.number, model.chats.length + 1)
    model.chats.push({ chat, deleted: false, bodies: [], keys: new Map() })
  })

export const createOne = (pick: number, body: string): Command =>
  command(
    `create in ${pick}: ${JSON.stringify(body)}`,
    (model) => create(chatOf(model, pick), { body }),
    some,
  )

export const createBatch = (pick: number, bodies: string[]): Command =>
  command(
    `create a batch in ${pick}: ${JSON.stringify(bodies)}`,
    (model) => create(chatOf(model, pick), { messages: bodies.map((body) => ({ body })) }),
    some,
  )

/**
 * The first use of a key creates, an exact repeat gets the first response, another payload is
 * refused.
 */
async function createWithKey(model: ChatModel, key: string, json: Keyed['json']): Promise<void> {
  const answer = await post(model.chat.messages, json, { 'Idempotency-Key': key })
  const known = model.keys.get(key)
  if (!known && model.deleted) return assert.equal(answer.status, 404)
  if (known && JSON.stringify(known.json) !== JSON.stringify(json))
    return assert.equal(answer.status, 422)
  if (!known) model.keys.set(key, { json, number: model.bodies.length + 1 })
  // A repeat gets the create's response, whatever was edited or deleted since.
  checkCreated(answer, json, known?.number ?? model.bodies.length + 1)
  assert.equal(answer.headers.get('Idempotency-Replayed'), known ? 'true' : null)
  if (!known) model.bodies.push(...bodiesOf(json))
}

export const createKeyed = (pick: number, key: string, bodies: string[]): Command => {
  const [body = '', ...more] = bodies
  const json = more.length === 0 ? { body } : { messages: bodies.map((each) => ({ body: each })) }
  return command(
    `create in ${pick} by the key ${key}: ${JSON.stringify(json)}`,
    (model) => createWithKey(chatOf(model, pick), key, json),
    some,
  )
}

/** Repeats exactly one of the keyed creates so far. */
export const replay = (pick: number, which: number): Command =>
  command(
    `replay ${which} in ${pick}`,
    async (model) => {
      const chat = chatOf(model, pick)
      const [key, known] = [...chat.keys][which % chat.keys.size] ?? []
      assert(key && known)
      await createWithKey(chat, key, known.json)
    },
    (model) => some(model) && chatOf(model, pick).keys.size > 0,
  )
