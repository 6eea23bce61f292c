import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import { corsHeaders } from '../../functions/api/cors.ts'
import { problemResponse } from '../../functions/api/problem-response.ts'
import { type Problem, tooLarge, unavailable } from '../../functions/problems/problem.ts'
import { CannotStart } from '../machine/cannot-start.ts'
import { answered, endToEnd } from './messages.ts'

/**
 * The door of the local stack: its own base address without a stage, in front of the AWS endpoint's
 * long one.
 */
export interface Front {
  /** From now on requests go there; before, they are answered 503. */
  serve: (target: Upstream) => void
  /** From now on each request is told; before, only the start asks. */
  logRequests: () => void
  /** Refuses new requests, and resolves when none is in flight or `ms` are over. */
  drain: (ms: number) => Promise<void>
  /** Closes every connection. */
  close: () => Promise<void>
}

interface Upstream {
  endpoint: string
  restApiId: string
  stage: string
}

// API Gateway takes payloads up to 10 MB.
const maximumBytes = 10 * 1024 * 1024
// The endpoint starts one process for each concurrent invocation: the agent queues what is above.
const concurrency = 8

interface State {
  target: Upstream | undefined
  stopping: boolean
  inFlight: Set<ServerResponse>
  agent: Agent
  log: ((line: string) => void) | undefined
}

/**
 * Listens on 127.0.0.1; `log` gets one line a request. Throws CannotStart when the port is in use.
 */
export async function listen(port: number, log: (line: string) => void): Promise<Front> {
  // Shorter than the 75 s after which the endpoint closes an idle connection: else a request could
  // meet the close.
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency, timeout: 60_000 })
  const state: State = {
    target: undefined,
    stopping: false,
    inFlight: new Set(),
    agent,
    log: undefined,
  }
  const server = createServer((incoming, outgoing) => void serve(state, incoming, outgoing))
  await bound(server, port)
  return {
    serve: (target) => {
      state.target = target
    },
    logRequests: () => {
      state.log = log
    },
    drain: (ms) => drain(state, ms),
    close: async () => {
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}

async function bound(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    const other = 'stop what uses it, or take another: PORT=3001 npm start'
    throw new CannotStart(`port ${port} cannot be listened on (in use?): ${other}`, { cause })
  }
}

async function drain(state: State, ms: number): Promise<void> {
  state.stopping = true
  const end = AbortSignal.timeout(ms)
  for (const response of state.inFlight) {
    if (end.aborted) return
    // A response that closes is done, whether it was finished or its client went away.
    await once(response, 'close', { signal: end }).catch(() => undefined)
  }
}

async function serve(
  state: State,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const started = performance.now()
  outgoing.once('close', () => {
    state.inFlight.delete(outgoing)
    const status = outgoing.writableFinished ? outgoing.statusCode : 'client gone'
    state.log?.(
      answered(incoming.method ?? '', incoming.url ?? '', status, performance.now() - started),
    )
  })
  if (state.stopping) return refuse(outgoing, unavailable('the local stack is stopping', 5))
  if (!state.target) return refuse(outgoing, unavailable('the local stack is still starting', 5))
  state.inFlight.add(outgoing)
  const body = await bodyOf(incoming)
  if (body === 'gone') return
  if (body === 'too large') return refuse(outgoing, tooLarge(maximumBytes))
  forward(state, state.target, incoming, body, outgoing)
}

/** The whole body before anything is sent on: a slow client must not hold one of the few places. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer | 'too large' | 'gone'> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of incoming) {
      size += chunk.length
      // Read on to the end, else the client sees a broken connection in place of the answer; but
      // keep nothing.
      if (size <= maximumBytes) chunks.push(chunk)
      else chunks.length = 0
    }
  } catch {
    return 'gone'
  }
  return size > maximumBytes ? 'too large' : Buffer.concat(chunks)
}

function forward(
  state: State,
  target: Upstream,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
) {
  // Text, not URL: a parser would change the path (dots, backslashes), and it must arrive as it was
  // sent.
  const path = incoming.url?.startsWith('/') ? incoming.url : `/${incoming.url ?? ''}`
  const headers = endToEnd(incoming.rawHeaders, ['content-length'])
  const upstream = request(target.endpoint, {
    agent: state.agent,
    method: incoming.method,
    path: `/restapis/${target.restApiId}/${target.stage}/_user_request_${path}`,
    headers: [
      ...headers,
      'Host',
      new URL(target.endpoint).host,
      'Content-Length',
      String(body.length),
    ],
  })
  upstream.once('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders))
    answer.pipe(outgoing)
    // An answer cut in the middle must not look whole.
    answer.once('error', () => outgoing.destroy())
    outgoing.once('close', () => answer.resume())
  })
  upstream.once('error', () => {
    if (outgoing.headersSent) outgoing.destroy()
    else refuse(outgoing, unavailable('the local AWS endpoint does not answer', 5))
  })
  // A client that went away while its request waited for a place: it is not sent at all. Once it
  // is, the endpoint works on, so its place stays taken until it has answered.
  outgoing.once('close', () => {
    if (!upstream.socket) upstream.destroy()
  })
  upstream.end(body)
}

/**
 * As the API's own errors (functions/api/problem-response.ts): a client needs no second reader for what the
 * front says.
 */
function refuse(outgoing: ServerResponse, problem: Problem): void {
  const { status, headers, body } = problemResponse(problem, randomUUID())
  outgoing.writeHead(status, { ...corsHeaders, ...headers, Connection: 'close' })
  outgoing.end(JSON.stringify(body))
}
