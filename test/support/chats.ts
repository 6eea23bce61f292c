import type * as v from 'valibot'
import { get, pageOf, post, read, shapes } from './http.ts'

/** Applications and chats of a test's own, so that tests do not see each other's. */
export async function newApplication(name = 'Test'): Promise<string> {
  return read(await post('/applications', { name }), 201, shapes.application).token
}

export interface Chat {
  token: string
  number: number
  /** `/applications/{token}/chats/{number}` */
  path: string
  /** `.../messages` */
  messages: string
}
export const chatAt = (token: string, number: number): Chat => {
  const path = `/applications/${token}/chats/${number}`
  return { token, number, path, messages: `${path}/messages` }
}

/** A chat in a new application, or in the given one. */
export async function newChat(application?: string): Promise<Chat> {
  const token = application ?? (await newApplication())
  return chatAt(token, read(await post(`/applications/${token}/chats`), 201, shapes.chat).number)
}

/** Sends a message; returns it. */
export const say = async (chat: Chat, body: string, more: Record<string, unknown> = {}) =>
  read(await post(chat.messages, { body, ...more }), 201, shapes.message)

/** All items of a list, page by page, in the order of the pages. */
export async function allOf<S extends Shape>(path: string, shape: S): Promise<v.InferOutput<S>[]> {
  const items: v.InferOutput<S>[] = []
  let at: string | null = '?limit=1000'
  while (at !== null) {
    const body: v.InferOutput<ReturnType<typeof pageOf<S>>> = read(
      await get(`${path}${at}`),
      200,
      pageOf(shape),
    )
    items.push(...body.data)
    at = body.page.next
  }
  return items
}
type Shape = (typeof shapes)[keyof typeof shapes]
