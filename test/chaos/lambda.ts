import type { Socket } from 'node:net'
import type { AwsAccess } from '../../infra-local/machine/aws-access.ts'
import { carries } from '../../infra-local/machine/process-group.ts'
import { peerOf } from './peer.ts'

async function lambda(
  { endpoint, accessKeyId }: AwsAccess,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const scope = `${accessKeyId}/20260101/us-east-1/lambda/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`
  const answer = await fetch(`${endpoint}/2015-03-31/functions${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!answer.ok)
    throw new Error(`${method} functions${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

type Variables = Record<string, string>
interface Configuration {
  FunctionName: string
  Environment?: { Variables: Variables }
}

/**
 * Gives every function of the chat stack the variables that `change` makes of its own: other
 * addresses of its engines. Their processes end and new ones begin. Throws the endpoint's error.
 */
export async function configure(
  access: AwsAccess,
  change: (name: string, variables: Variables) => Variables,
): Promise<void> {
  const { Functions } = (await lambda(access, 'GET', '/?MaxItems=50')) as {
    Functions: Configuration[]
  }
  for (const { FunctionName: name, Environment } of Functions.filter((f) =>
    f.FunctionName.startsWith('chat-'),
  )) {
    const Variables = change(name, Environment?.Variables ?? {})
    await lambda(access, 'PUT', `/${name}/configuration`, { Environment: { Variables } })
  }
}

/**
 * Starts a function and waits for its end, so that nobody waits for the next minute of its
 * schedule.
 */
export const invoke = (access: AwsAccess, name: string): Promise<unknown> =>
  lambda(access, 'POST', `/${name}/invocations`, {})

const runs = (pid: number, name: string) => carries(pid, `AWS_LAMBDA_FUNCTION_NAME=${name}`)

/** The process at the other end of a connection, if it is one of this function. */
export function processAt(connection: Socket, name: string): number | undefined {
  const pid = peerOf(connection)
  return pid !== undefined && runs(pid, name) ? pid : undefined
}

/**
 * kill -9 of a function's process: no reply, no cleaning up. Returns whether it was still running.
 */
export function killProcess(pid: number, name: string): boolean {
  return runs(pid, name) && process.kill(pid, 'SIGKILL')
}
