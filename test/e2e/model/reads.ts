import assert from 'node:assert/strict'
import { found, get, pageOf, read, shapes } from '../../support/http.ts'
import {
  bodyOf,
  type Command,
  chatOf,
  command,
  filled,
  hitsOf,
  live,
  numberIn,
  some,
} from './model.ts'

const numberAndBody = ({ number, body }: { number: number; body: string }) => ({ number, body })

export const show = (pick: number, which: number): Command =>
  command(
    `show ${which} in ${pick}`,
    async (model) => {
      const chat = chatOf(model, pick)
      const number = numberIn(chat, which)
      const answer = await get(`${chat.chat.messages}/${number}`)
      const body = bodyOf(chat, number)
      if (body === undefined) assert.equal(answer.status, 404)
      else assert.equal(read(answer, 200, shapes.message).body, body)
      assert.equal((await get(`${chat.chat.messages}/${chat.bodies.length + 1}`)).status, 404)
    },
    (model) => filled(model, pick),
  )

export const list = (pick: number, order: 'asc' | 'desc', limit: number, after: number): Command =>
  command(
    `list ${order} of ${pick}, ${limit} after ${after}`,
    async (model) => {
      const chat = chatOf(model, pick)
      const answer = await get(`${chat.chat.messages}?order=${order}&limit=${limit}&after=${after}`)
      if (chat.deleted) return assert.equal(answer.status, 404)
      const { data } = read(answer, 200, pageOf(shapes.message))
      // `after` alone is a bound of numbers, whatever the order: the page is the one next to it.
      const page = live(chat)
        .filter(({ number }) => number > after)
        .slice(0, limit)
      assert.deepEqual(data.map(numberAndBody), order === 'asc' ? page : page.toReversed())
    },
    some,
  )

export const listChats = (): Command =>
  command('list chats', async (model) => {
    const answer = await get(`/applications/${model.token}/chats?limit=1000`)
    const { data } = read(answer, 200, pageOf(shapes.chat))
    const expected = model.chats.flatMap(({ chat, deleted }) => (deleted ? [] : [chat.number]))
    assert.deepEqual(
      data.map(({ number }) => number),
      expected,
    )
  })

export const search = (pick: number, term: string): Command =>
  command(
    `search ${pick} for ${JSON.stringify(term)}`,
    async (model) => {
      const chat = chatOf(model, pick)
      const answer = await get(
        `${chat.chat.messages}/search?limit=1000&q=${encodeURIComponent(term)}`,
      )
      if (chat.deleted) return assert.equal(answer.status, 404)
      const { data, page } = read(answer, 200, found)
      const expected = hitsOf(chat, term)
      assert.deepEqual(data.map(numberAndBody), expected)
      assert.equal(page.total, expected.length)
    },
    some,
  )
