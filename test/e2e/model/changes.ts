import assert from 'node:assert/strict'
import { read, send, shapes } from '../../support/http.ts'
import { bodyOf, type Command, chatOf, command, filled, numberIn, some } from './model.ts'

export const edit = (pick: number, which: number, body: string): Command =>
  command(
    `edit ${which} in ${pick}: ${JSON.stringify(body)}`,
    async (model) => {
      const chat = chatOf(model, pick)
      const number = numberIn(chat, which)
      const answer = await send('PATCH', `${chat.chat.messages}/${number}`, { json: { body } })
      if (bodyOf(chat, number) === undefined) return assert.equal(answer.status, 404)
      assert.equal(read(answer, 200, shapes.message).body, body)
      chat.bodies[number - 1] = body
    },
    (model) => filled(model, pick),
  )

/** Also again: repeating a DELETE is 204. Below a deleted chat there is nothing to delete. */
export const deleteMessage = (pick: number, which: number): Command =>
  command(
    `delete ${which} in ${pick}`,
    async (model) => {
      const chat = chatOf(model, pick)
      const number = numberIn(chat, which)
      const { status } = await send('DELETE', `${chat.chat.messages}/${number}`)
      assert.equal(status, chat.deleted ? 404 : 204)
      if (!chat.deleted) chat.bodies[number - 1] = undefined
    },
    (model) => filled(model, pick),
  )

export const deleteChat = (pick: number): Command =>
  command(
    `delete chat ${pick}`,
    async (model) => {
      const chat = chatOf(model, pick)
      assert.equal((await send('DELETE', chat.chat.path)).status, 204)
      chat.deleted = true
    },
    some,
  )
