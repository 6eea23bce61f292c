import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type Problem, tooLarge, unavailable } from '../../functions/problems/problem.ts'
import { type AwsAccess, keyHeader } from '../machine/aws-access.ts'
import { endToEnd, towardsEndpoint } from './headers.ts'
import { refusal } from './refusal.ts'

/** The API behind the front: the endpoint, the REST API's id and its stage. */
export interface Upstream {
  access: AwsAccess
  restApiId: string
  stage: string
}

/** API Gateway takes payloads up to 10 MB. */
const maximumBytes = 10 * 1024 * 1024

/**
 * The connections to the endpoint. It starts one process for each concurrent invocation, so what is
 * above 8 waits here. The idle time is shorter than the 75 s after which the endpoint closes a
 * connection: otherwise a request could meet the close.
 */
export const forwardingAgent = () => new Agent({ keepAlive: true, maxSockets: 8, timeout: 60_000 })

/**
 * Sends a request on and its response back, byte by byte. `path` is its path with the query, as it
 * was sent. Resolves when the request is on its way; never rejects.
 */
export async function forward(
  agent: Agent,
  target: Upstream,
  path: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await bodyOf(incoming)
  if (body === 'client gone') return
  if (body === 'too large') return refuse(outgoing, tooLarge(maximumBytes))
  const upstream = request(target.access.endpoint, {
    agent,
    method: incoming.method,
    path: `/restapis/${target.restApiId}/${target.stage}/_user_request_${path}`,
    headers: headersFor(target, incoming, body),
  })
  upstream.once('response', (response) => {
    if (!response.headers[noRoom]) return giveBack(response, outgoing)
    response.resume()
    refuse(outgoing, unavailable('the disk of the local stack is nearly full', 5))
  })
  upstream.once('error', () => {
    if (outgoing.headersSent) outgoing.destroy()
    else refuse(outgoing, unavailable('the local AWS endpoint does not respond', 5))
  })
  // A client that went away while its request waited for a connection: the request is not sent at
  // all. Once it is sent, the endpoint works on it, so it keeps its connection until the response.
  outgoing.once('close', () => {
    if (!upstream.socket) upstream.destroy()
  })
  upstream.end(body)
}

/** The whole body before anything is sent on: a slow client must not hold one of the few places. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | 'too large' | 'client gone'> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of incoming) {
      size += chunk.length
      // What is too large is read to its end, but not kept: a client that is still sending would
      // otherwise see a broken connection instead of the response.
      if (size <= maximumBytes) chunks.push(chunk)
      else chunks.length = 0
    }
  } catch {
    return 'client gone'
  }
  return size > maximumBytes ? 'too large' : Buffer.concat(chunks)
}

/**
 * A request always has a media type there: without one the endpoint decodes the body and puts
 * U+FFFD for what is not UTF-8, where AWS hands on bytes. The functions do not look at it.
 */
const headersFor = (target: Upstream, incoming: IncomingMessage, body: Buffer): string[] => [
  ...towardsEndpoint(incoming.rawHeaders, hasMediaType(incoming) ? [] : [type]),
  ...(hasMediaType(incoming) ? [] : [type, 'application/octet-stream']),
  ...['Host', new URL(target.access.endpoint).host],
  ...Object.entries(keyHeader(target.access)).flat(),
  ...['Content-Length', String(body.length)],
]
const type = 'content-type'
const hasMediaType = ({ headers }: IncomingMessage): boolean =>
  (headers[type] ?? '').split(';', 1)[0]?.trim() !== ''

/** The endpoint could not save what it accepted now (kept_state.py). */
const noRoom = 'x-local-no-room'

function giveBack(response: IncomingMessage, outgoing: ServerResponse): void {
  const { statusCode = 502, statusMessage, rawHeaders } = response
  outgoing.writeHead(statusCode, statusMessage, endToEnd(rawHeaders, noBodyHeaders(statusCode)))
  response.pipe(outgoing)
  // A response that is cut in the middle must not look whole.
  response.once('error', () => outgoing.destroy())
  outgoing.once('close', () => response.resume())
}

/** The endpoint names a media type for every response, also for those without a body. */
const noBodyHeaders = (status: number): string[] =>
  status === 204 || status === 304 ? [type, 'content-length'] : []

/**
 * Responds in the form of the API's own errors (functions/api/problem-response.ts), so that clients
 * need no second reader for those of the front.
 */
export function refuse(outgoing: ServerResponse, problem: Problem): void {
  const { status, headers, body } = refusal(problem)
  outgoing.writeHead(status, headers)
  outgoing.end(body)
}
