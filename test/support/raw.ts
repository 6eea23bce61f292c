import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { type Answer, baseUrl, checkAnswer } from './http.ts'

export type RawHeader = [name: string, value: string]

/**
 * What only the inside knows: stack frames, files, statements, addresses and names of the stores.
 */
const internal =
  /\n\s+at |node_modules|\/var\/task|\w+Error\b|SELECT |INSERT |ECONN|arn:|127\.0\.0\.1|dynamodb|mysql|opensearch|sqs/i

/**
 * A response: its status, its headers as they came (name, value, name, value ...) and its bytes.
 */
type Received = [status: number, rawHeaders: string[], body: Buffer]

const receive = (
  method: string,
  path: string,
  headers: RawHeader[],
  body?: Uint8Array,
): Promise<Received | undefined> =>
  new Promise((resolve) => {
    const { host, hostname, port } = new URL(baseUrl())
    const length: RawHeader[] = body ? [['Content-Length', `${body.length}`]] : []
    const all = [['Host', host], ...length, ...headers].flat()
    // A connection of its own: one that was kept open may be closed by now.
    const sent = request({ hostname, port, method, path, headers: all, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.once('error', () => resolve(undefined))
      answer.once('end', () =>
        resolve([answer.statusCode ?? 0, answer.rawHeaders, Buffer.concat(chunks)]),
      )
    })
    sent.once('error', () => resolve(undefined))
    sent.end(body)
  })

/** JSON is parsed, everything else is text; undefined if there is none. */
function bodyOf(headers: Headers, bytes: Buffer): unknown {
  const text = (headers.get('Content-Encoding') === 'gzip' ? gunzipSync(bytes) : bytes).toString()
  if (text === '') return undefined
  return /json$/.test(headers.get('Content-Type') ?? '') ? JSON.parse(text) : text
}

/**
 * Sends a request as it is, not by fetch, which would correct its path and headers. Returns the
 * response with its body parsed, undefined if it was cut off. Rejects if the JSON is broken; checks
 * nothing else.
 */
export async function sendRaw(
  method: string,
  path: string,
  headers: RawHeader[] = [],
  body?: Uint8Array,
): Promise<Answer | undefined> {
  const received = await receive(method, path, headers, body)
  if (!received) return undefined
  const [status, raw, bytes] = received
  const got = new Headers()
  for (let i = 0; i < raw.length; i += 2) got.append(raw[i] ?? '', raw[i + 1] ?? '')
  return { status, headers: got, body: bodyOf(got, bytes) }
}

/**
 * Sends a request as it is. There must be a response, and it is checked for what holds of all
 * (http.ts). Throws also on 5xx, and on a problem that reveals something of the inside.
 */
export async function sendHostile(
  method: string,
  path: string,
  headers: RawHeader[] = [],
  body?: Uint8Array,
): Promise<Answer> {
  const request = `${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 300)} ${body ? Buffer.from(body.subarray(0, 200)) : ''}`
  const answer = await sendRaw(method, path, headers, body)
  if (!answer) throw new Error(`${request}: cut off`)
  if (answer.status >= 500)
    throw new Error(`${request}: ${answer.status} ${JSON.stringify(answer.body)}`)
  // The pages of the documentation are the only responses that are not JSON.
  const isPage = answer.status < 400 && path.startsWith('/docs')
  checkAnswer(request, isPage ? { ...answer, body: undefined } : answer)
  if (answer.status >= 400 && internal.test(JSON.stringify(answer.body)))
    throw new Error(`${request}: reveals the inside: ${JSON.stringify(answer.body)}`)
  return answer
}
