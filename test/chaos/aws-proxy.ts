import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { freePort } from '../../infra-local/machine/free-ports.ts'

/** One call of a function to DynamoDB or SQS. */
export interface Call {
  /** `chat-persist`: the functions send their name as the SDK's AWS_SDK_UA_APP_ID. */
  caller: string
  /** `UpdateItem`, `SendMessage` ... */
  action: string
  body: string
  /** The connection that it came on. */
  connection: Socket
}

/**
 * What becomes of a call. `lose`: it never arrives, and its connection breaks. `lose-reply`: it is
 * done, but its sender sees the connection break. `throttle`: it gets AWS's refusal and is not
 * done. `after`: runs when the endpoint has responded and the function has no response yet; if it
 * returns `false`, the function gets none.
 */
export type Fate =
  | 'pass'
  | 'lose'
  | 'lose-reply'
  | 'throttle'
  | { after: () => Promise<boolean> }
  | { before: () => Promise<boolean> }

export interface AwsProxy {
  port: number
  /** Decides what becomes of each call. There is one rule at a time; undefined lets all pass. */
  rule(rule: ((call: Call) => Fate) | undefined): void
  close(): Promise<void>
}

/**
 * A proxy between the functions and the AWS endpoint. It does what a local endpoint never does: it
 * throttles, and it loses requests and replies. So the functions run as they are deployed, and have
 * nothing of the test in them.
 */
export async function awsProxy(endpoint: string): Promise<AwsProxy> {
  const agent = new Agent({ keepAlive: true })
  let decide: ((call: Call) => Fate) | undefined
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing, endpoint, agent, (call) => decide?.(call) ?? 'pass')
  })
  // Longer than the SDK keeps an idle connection: otherwise a call could meet the close.
  server.keepAliveTimeout = 120_000
  const port = await freePort(20_000, 29_999)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port,
    rule: (rule) => {
      decide = rule
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  endpoint: string,
  agent: Agent,
  decide: (call: Call) => Fate,
): Promise<void> {
  const body = await bodyOf(incoming).catch(() => undefined)
  if (body === undefined) return // The function went away while it sent.
  const fate = decide(callOf(incoming, body))
  if (fate === 'lose') return void incoming.socket.resetAndDestroy()
  if (fate === 'throttle') return throttled(outgoing)
  if (typeof fate === 'object' && 'before' in fate && !(await fate.before()))
    return void incoming.socket.destroy()
  const answer = await forward(incoming, body, endpoint, agent).catch(() => undefined)
  if (!answer || fate === 'lose-reply') return void incoming.socket.resetAndDestroy()
  if (typeof fate === 'object' && 'after' in fate && !(await fate.after()))
    return void incoming.socket.destroy()
  outgoing.writeHead(answer.status, answer.headers)
  outgoing.end(answer.body)
}

function callOf({ headers, socket }: IncomingMessage, body: Buffer): Call {
  const caller = /\bapp\/([\w-]+)/.exec(String(headers['user-agent'] ?? ''))?.[1] ?? ''
  const target = String(headers['x-amz-target'] ?? '')
  return {
    caller,
    action: target.slice(target.indexOf('.') + 1),
    body: body.toString(),
    connection: socket,
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function forward(incoming: IncomingMessage, body: Buffer, endpoint: string, agent: Agent) {
  const { 'transfer-encoding': _, connection: __, ...headers } = incoming.headers
  const upstream = request(new URL(incoming.url ?? '/', endpoint), {
    agent,
    method: incoming.method,
    headers: { ...headers, 'content-length': String(body.length) },
  })
  upstream.end(body)
  const [answer] = (await once(upstream, 'response')) as [IncomingMessage]
  const { 'transfer-encoding': ___, connection: ____, ...answered } = answer.headers
  return { status: answer.statusCode ?? 502, headers: answered, body: await bodyOf(answer) }
}

/** What DynamoDB sends when a partition is too hot. */
function throttled(outgoing: ServerResponse): void {
  outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
  outgoing.end(
    JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      message: 'The level of configured provisioned throughput for the table was exceeded.',
    }),
  )
}
