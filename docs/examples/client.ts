import type { components, paths } from './api.ts'

type Schemas = components['schemas']
export type Message = Schemas['Message']

// What api.ts, which is made from docs/openapi.json, has of a method of a path.
type Method<P extends keyof paths> = keyof {
  [M in keyof paths[P] as paths[P][M] extends { responses: object } ? M : never]: M
}
type Json<T> = T extends { content: { 'application/json': infer Value } } ? Value : undefined
type Good<T> = T[keyof T & (200 | 201 | 204)]
type Answer<O> = O extends { responses: infer All } ? Json<Good<All>> : never
interface Sent<O> {
  path?: O extends { parameters: { path: infer Value extends object } } ? Value : never
  query?: O extends { parameters: { query?: infer Value extends object } } ? Value : never
  json?: O extends { requestBody?: infer Value } ? Json<Value> : never
  headers?: Record<string, string>
}

/** What the API refused: its problem, whose `type` says which and whose `detail` says why. */
export class Refused extends Error {
  override name = 'Refused'
  readonly problem: Schemas['Problem']
  constructor(problem: Schemas['Problem']) {
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

const again = new Set([429, 500, 502, 503, 504])
const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000))

/** The problem of a refusal. A proxy on the way may have refused without one. */
async function problemOf(response: Response): Promise<Schemas['Problem']> {
  if (response.headers.get('Content-Type') === 'application/problem+json')
    return (await response.json()) as Schemas['Problem']
  await response.body?.cancel()
  const { status, statusText: title } = response
  return { type: 'about:blank', title, status, detail: 'not answered by the API', request_id: '' }
}

function addressOf(path: string, values: object = {}, query: object = {}): string {
  const texts = (of: object) =>
    Object.entries(of).map(([name, value]): [string, string] => [name, String(value)])
  const asked = new URLSearchParams(texts(query))
  const filled = texts(values).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)),
    path,
  )
  return asked.size > 0 ? `${filled}?${asked}` : filled
}

/**
 * The API as one typed call: method and path as the document has them, `path`, `query`, `json` and
 * the response with its types. Repeats a request while the network or the API is away; a POST
 * carries an Idempotency-Key made for the call unless it brings one, so a repeat whose first
 * response got lost creates nothing twice. Rejects with Refused on a problem that repeating does
 * not solve, and with the last error when the attempts are used up.
 */
export function clientOf({
  baseUrl,
  operatorKey,
  attempts = 5,
  fetch: send = fetch,
}: ClientOptions) {
  const requestOf = (method: string, { json, headers }: Sent<unknown>): RequestInit => ({
    method,
    headers: {
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(operatorKey ? { Authorization: `Bearer ${operatorKey}` } : {}),
      ...(method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {}),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })

  async function call<P extends keyof paths & string, M extends Method<P> & string>(
    method: M,
    path: P,
    sent: Sent<paths[P][M]> = {},
  ): Promise<Answer<paths[P][M]>> {
    const request = requestOf(method.toUpperCase(), sent)
    for (let attempt = 1; ; attempt++) {
      const pause = Math.min(2 ** attempt / 10, 5)
      try {
        const response = await send(`${baseUrl}${addressOf(path, sent.path, sent.query)}`, request)
        // The API's own tests show that responses are what the document says; here it is believed.
        if (response.ok)
          return (response.status === 204 ? undefined : await response.json()) as Answer<
            paths[P][M]
          >
        const refused = new Refused(await problemOf(response))
        if (!again.has(response.status) || attempt >= attempts) throw refused
        await seconds(Number(response.headers.get('Retry-After')) || pause)
      } catch (error) {
        // fetch rejects with a TypeError when no response came; what was sent may have arrived.
        if (!(error instanceof TypeError) || attempt >= attempts) throw error
        await seconds(pause)
      }
    }
  }

  /** All messages of a chat above the number `after`, page by page. */
  async function* messages(
    chat: { token: string; chat: number },
    after = 0,
  ): AsyncGenerator<Message> {
    for (let next: number | undefined = after; next !== undefined; ) {
      const { data, page }: Schemas['MessagePage'] = await call(
        'get',
        '/applications/{token}/chats/{chat}/messages',
        { path: chat, query: { after: next, limit: 100 } },
      )
      yield* data
      next = page.next === null ? undefined : Number(new URLSearchParams(page.next).get('after'))
    }
  }
  return { call, messages }
}
