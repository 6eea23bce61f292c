import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { unavailable } from '../../functions/problems/problem.ts'
import { CannotStart } from '../machine/cannot-start.ts'
import { forward, forwardingAgent, refuse, type Upstream } from './forward.ts'
import { faultOf, refuseUnparsed } from './refusal.ts'
import { requestLine } from './request-line.ts'

/**
 * The HTTP server of the local stack: its own base address without a stage, in front of the long
 * one of the AWS endpoint.
 */
export interface Front {
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

/**
 * Listens on 127.0.0.1; `log` gets one line a request. Throws CannotStart when the port is in use.
 */
export async function listen(port: number, log: (line: string) => void): Promise<Front> {
  const agent = forwardingAgent()
  const state: State = { target: undefined, stopping: false, inFlight: new Set(), log: undefined }
  // A request without Host is refused by faultOf: Node's own refusal has no body.
  const server = createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    logWhenDone(state, incoming, outgoing)
    const fault = faultOf(incoming)
    if (fault) return refuse(outgoing, fault)
    if (state.stopping) return refuse(outgoing, unavailable('the local stack is stopping', 5))
    if (!state.target) return refuse(outgoing, unavailable('the local stack is still starting', 5))
    state.inFlight.add(outgoing)
    void forward(agent, state.target, incoming, outgoing)
  })
  server.on('clientError', refuseUnparsed)
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
