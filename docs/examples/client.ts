import type * as v from 'valibot'
import type {
  applicationAnswer,
  applicationCreate,
  applicationUpdate,
} from '../../functions/resources/application.ts'
import type { chatAnswer, chatCreate, chatUpdate } from '../../functions/resources/chat.ts'
import type { limitsAnswer } from '../../functions/resources/limits.ts'
import type {
  messageAnswer,
  messageCreate,
  messagesAnswer,
  messageUpdate,
} from '../../functions/resources/message.ts'
import type { pageOf, searchAnswer } from '../../functions/resources/pages.ts'
import type { problemAnswer } from '../../functions/resources/problem.ts'

// The types are those of the schemas that validate requests and that answers keep to; nothing of these runs here.
export type Application = v.InferOutput<typeof applicationAnswer>
export type Chat = v.InferOutput<typeof chatAnswer>
export type Message = v.InferOutput<typeof messageAnswer>
export type Found = v.InferOutput<typeof searchAnswer>
export type Problem = v.InferOutput<typeof problemAnswer>
export type MessagePage = v.InferOutput<ReturnType<typeof pageOf<typeof messageAnswer>>>
type Input<S extends v.GenericSchema> = v.InferInput<S>

/** What the API refused: its problem, and the seconds to wait where it says so. */
export class Refused extends Error {
  override name = 'Refused'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.title}: ${problem.detail}`)
    this.problem = problem
  }
}

export interface ClientOptions {
  /** Such as `http://localhost:3000` or `https://...amazonaws.com/v1`. */
  baseUrl: string
  operatorKey?: string
  /** How often a request is sent at most; 5 when absent. */
  attempts?: number
  /** In the place of the global one. */
  fetch?: typeof fetch
}
interface Sent {
  json?: unknown
  headers?: Record<string, string>
}

const again = new Set([429, 500, 502, 503, 504])
const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000))

/**
 * The API as typed calls. Each is repeated while the network or the API is away, so creates carry an Idempotency-Key
 * made for the call: a repeat whose first answer got lost creates nothing twice. Rejects with Refused on a problem
 * that repeating does not solve, and with the last error when the attempts are used up.
 */
export function clientOf({ baseUrl, operatorKey, attempts = 5, fetch: send = fetch }: ClientOptions) {
  async function once(method: string, path: string, { json, headers }: Sent): Promise<Response> {
    return send(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(operatorKey ? { Authorization: `Bearer ${operatorKey}` } : {}),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
  }

  async function call<T>(method: string, path: string, sent: Sent = {}): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const pause = Math.min(2 ** attempt / 10, 5)
      try {
        const response = await once(method, path, sent)
        if (response.ok) return response.status === 204 ? (undefined as T) : ((await response.json()) as T)
        if (!again.has(response.status) || attempt >= attempts)
          throw new Refused((await response.json()) as Problem)
        await response.body?.cancel()
        await seconds(Number(response.headers.get('Retry-After')) || pause)
      } catch (error) {
        // fetch rejects with a TypeError when no answer came; what was sent may have arrived.
        if (!(error instanceof TypeError) || attempt >= attempts) throw error
        await seconds(pause)
      }
    }
  }
  const create = <T>(path: string, json: unknown, key: string = crypto.randomUUID()) =>
    call<T>('POST', path, { json, headers: { 'Idempotency-Key': key } })
  const query = (parameters: Record<string, string | number>) =>
    new URLSearchParams(
      Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)])),
    )

  const application = (token: string) => `/applications/${encodeURIComponent(token)}`
  const chat = (token: string, number: number) => `${application(token)}/chats/${number}`
  const messages = (token: string, number: number) => `${chat(token, number)}/messages`

  return {
    limits: () => call<v.InferOutput<typeof limitsAnswer>>('GET', '/limits'),
    createApplication: (body: Input<typeof applicationCreate>, key?: string) =>
      create<Application>('/applications', body, key),
    application: (token: string) => call<Application>('GET', application(token)),
    updateApplication: (token: string, json: Input<typeof applicationUpdate>) =>
      call<Application>('PATCH', application(token), { json }),
    createChat: (token: string, body: Input<typeof chatCreate> = {}, key?: string) =>
      create<Chat>(`${application(token)}/chats`, body, key),
    chat: (token: string, number: number) => call<Chat>('GET', chat(token, number)),
    updateChat: (token: string, number: number, json: Input<typeof chatUpdate>) =>
      call<Chat>('PATCH', chat(token, number), { json }),
    deleteChat: (token: string, number: number) => call<void>('DELETE', chat(token, number)),
    createMessage: (token: string, number: number, body: Input<typeof messageCreate>, key?: string) =>
      create<Message>(messages(token, number), body, key),
    /** Up to 100 at once: consecutive numbers, all or none. */
    createMessages: async (
      token: string,
      number: number,
      batch: Input<typeof messageCreate>[],
      key?: string,
    ) =>
      (await create<v.InferOutput<typeof messagesAnswer>>(messages(token, number), { messages: batch }, key))
        .data,
    message: (token: string, number: number, message: number) =>
      call<Message>('GET', `${messages(token, number)}/${message}`),
    /** `etag` as a GET gave it: refused (412) when somebody else has changed it since. */
    updateMessage: (
      token: string,
      number: number,
      message: number,
      json: Input<typeof messageUpdate>,
      etag?: string,
    ) =>
      call<Message>('PATCH', `${messages(token, number)}/${message}`, {
        json,
        ...(etag === undefined ? {} : { headers: { 'If-Match': etag } }),
      }),
    deleteMessage: (token: string, number: number, message: number) =>
      call<void>('DELETE', `${messages(token, number)}/${message}`),
    /** All messages behind `after`, page by page. */
    async *messages(token: string, number: number, after = 0, limit = 100): AsyncGenerator<Message> {
      let next: string | null = `?${query({ after, limit })}`
      while (next !== null) {
        const page: MessagePage = await call('GET', `${messages(token, number)}${next}`)
        yield* page.data
        next = page.page.next
      }
    },
    search: (token: string, number: number, q: string, more: Record<string, string | number> = {}) =>
      call<Found>('GET', `${messages(token, number)}/search?${query({ ...more, q })}`),
  }
}
