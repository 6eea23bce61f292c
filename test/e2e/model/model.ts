import assert from 'node:assert/strict'
import type fc from 'fast-check'
import type { Chat } from '../../support/chats.ts'

/** What a chat ought to hold: its messages as a list, and the first response to each key. */
export interface ChatModel {
  chat: Chat
  deleted: boolean
  /** Bodies by number: message n is at n - 1. A tombstone has none. */
  bodies: (string | undefined)[]
  keys: Map<string, Keyed>
}
/**
 * A key's first request: what was sent, and the number and body of its first message in the
 * response.
 */
export interface Keyed {
  json: { body: string } | { messages: { body: string }[] }
  number: number
}
/** One application, with all that a history of commands has made in it. */
export interface Model {
  token: string
  chats: ChatModel[]
}

/** The system itself needs no state: it is behind CHAT_BASE_URL. */
export type Real = undefined
export type Command = fc.AsyncCommand<Model, Real>

/**
 * A step of a history: what it does to the system and the model, and how it is written in a
 * counterexample.
 */
export const command = (
  text: string,
  run: (model: Model) => Promise<void>,
  check: (model: Model) => boolean = () => true,
): Command => ({ check, run, toString: () => text })

/**
 * A history picks a chat by any number, modulo the chats there are: so its steps keep their meaning
 * while fast-check shortens it.
 */
export const chatOf = ({ chats }: Model, pick: number): ChatModel => {
  const chat = chats[pick % chats.length]
  assert(chat, 'every command but create-chat needs a chat')
  return chat
}
export const some = ({ chats }: Model) => chats.length > 0
/** One of the numbers that were given out; it may be a tombstone's. */
export const numberIn = ({ bodies }: ChatModel, pick: number) => 1 + (pick % bodies.length)
export const filled = (model: Model, pick: number) =>
  some(model) && chatOf(model, pick).bodies.length > 0

/** What can be read of a message; undefined when it, or its chat, is deleted. */
export const bodyOf = ({ deleted, bodies }: ChatModel, number: number) =>
  deleted ? undefined : bodies[number - 1]

/** The messages that can be read, in the order of their numbers. */
export const live = (chat: ChatModel): { number: number; body: string }[] =>
  chat.bodies.flatMap((_, i) => {
    const body = bodyOf(chat, i + 1)
    return body === undefined ? [] : [{ number: i + 1, body }]
  })

/**
 * The rule of search, written a second time, apart from production's: each code point in lower case
 * by itself, İ as i.
 */
const folded = (text: string): string[] =>
  Array.from(text, (point) => (point === 'İ' ? 'i' : point.toLowerCase()))

/** Whether a body holds the term, by code points: not by halves of a surrogate pair. */
function holds(body: string, term: string): boolean {
  const [text, part] = [folded(body), folded(term)]
  return text.some((_, start) => part.every((point, i) => text[start + i] === point))
}

/** The messages that hold the term, newest first. */
export const hitsOf = (chat: ChatModel, term: string) =>
  live(chat)
    .filter(({ body }) => holds(body, term))
    .toReversed()
