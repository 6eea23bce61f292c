import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Problem, unavailable } from '../../functions/problems/problem.ts'
import { bound } from './bound.ts'
import { forward, forwardingAgent, refuse, type Upstream } from './forward.ts'
import { type Guests, intrusionOf } from './intrusion.ts'
import { refuseUnparsed } from './refusal.ts'
import { requestLine } from './request-line.ts'
import { targetOf } from './target.ts'

/**
 * The HTTP server of the local stack: its own base address without a stage, in front of the long
 * one of the AWS endpoint.
 */
export interface Front {
  /** An address that leads here and to nobody else, without a slash at its end. */
  base: string
  /** From now on requests go there; until then they get 503. */
  serve: (target: Upstream) => void
  /** From now on each request is logged; until then only the start itself sends any. */
  logRequests: () => void
  /** Refuses new requests, and resolves when none is in flight or `ms` are over. */
  drain: (ms: number) => Promise<void>
  /** Closes every connection. */
  close: () => Promise<void>
}

interface State {
  target: Upstream | undefined
  stopping: boolean
  inFlight: Set<ServerResponse>
  log: ((line: string) => void) | undefined
}

/** What a front is given: `log` gets one line a request, `say` what the person has to know. */
interface Listening {
  guests: Guests
  log: (line: string) => void
  say: (line: string) => void
}

/**
 * Listens on 127.0.0.1, and on [::1] where this machine has it. Throws CannotStart when the port is
 * in use.
 */
export async function listen(port: number, { guests, log, say }: Listening): Promise<Front> {
  const agent = forwardingAgent()
  const state: State = { target: undefined, stopping: false, inFlight: new Set(), log: undefined }
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    logWhenDone(state, incoming, outgoing)
    const target = targetOf(incoming)
    if (target instanceof Problem) return refuse(outgoing, target)
    const fault = intrusionOf(incoming, target, guests)
    if (fault) return refuse(outgoing, fault)
    if (state.stopping) return refuse(outgoing, unavailable('the local stack is stopping', 5))
    if (!state.target) return refuse(outgoing, unavailable('the local stack is still starting', 5))
    state.inFlight.add(outgoing)
    void forward(agent, state.target, target.path, incoming, outgoing)
  }
  const { servers, base } = await bound(port, () => serverOf(handle), say)
  return {
    base,
    serve: (target) => {
      state.target = target
    },
    logRequests: () => {
      state.log = log
    },
    drain: (ms) => drain(state, ms),
    close: async () => {
      for (const server of servers) server.close()
      for (const server of servers) server.closeAllConnections()
      agent.destroy()
    },
  }
}

function serverOf(handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Server {
  // A request without Host is refused by targetOf: Node's own refusal has no body.
  const server = createServer({ requireHostHeader: false }, handle)
  server.on('clientError', refuseUnparsed)
  // Node would close the connection without a word, or respond 417 without a body.
  server.on('connect', (_, socket) => refuseUnparsed(new Error('no proxy'), socket))
  server.on('checkExpectation', handle)
  return server
}

function logWhenDone(state: State, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const started = performance.now()
  outgoing.once('close', () => {
    state.inFlight.delete(outgoing)
    const status = outgoing.writableFinished ? outgoing.statusCode : 'client gone'
    const { method = '', url = '' } = incoming
    state.log?.(requestLine(method, url, status, performance.now() - started))
  })
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
