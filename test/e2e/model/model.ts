import type { Chat } from '../../support/chats.ts'

/** What a chat ought to hold: a list, and the numbers that its keys were answered with. */
export interface ChatModel {
  chat: Chat
  /** Bodies by number: message n is at n - 1. */
  bodies: string[]
  keys: Map<string, { body: string; number: number }>
}
/** One application, with all that a history of commands has made in it. */
export interface Model {
  token: string
  chats: ChatModel[]
}

/** The rule of search, written once more: each code point in lower case by itself, İ as i. */
export const folded = (text: string): string[] =>
  Array.from(text, (point) => (point === 'İ' ? 'i' : point.toLowerCase()))

/** Whether a body holds the term, by code points: not by halves of a surrogate pair. */
export function holds(body: string, term: string): boolean {
  const [text, part] = [folded(body), folded(term)]
  return text.some((_, start) => part.every((point, i) => text[start + i] === point))
}

/** The numbers of the messages that hold the term, newest first. */
export const hitsOf = ({ bodies }: ChatModel, term: string): number[] =>
  bodies.flatMap((body, i) => (holds(body, term) ? [i + 1] : [])).reverse()
