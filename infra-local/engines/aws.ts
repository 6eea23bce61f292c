import { type AwsAccess, anyAccess, freshAccess, keyHeader } from '../machine/aws-access.ts'
import { enginePort } from '../machine/free-ports.ts'
import type { Stack } from '../machine/stack.ts'
import { waitUntil } from '../machine/wait-until.ts'
import { startService } from './docker.ts'
import { type Engine, unlessItEnds } from './engine.ts'
import { fetchMiniStack, miniStackVersion, resetMiniStack, startMiniStack } from './ministack.ts'

export interface Aws extends Engine {
  access: AwsAccess
  /** Functions run in containers of compose.yaml, where the other engines have other addresses. */
  inCompose: boolean
  /** The process prints its functions' output (`onLine`); elsewhere it is in CloudWatch Logs. */
  printsOutput: boolean
  /** Forgets everything. Only an endpoint that is this stack's own has it. */
  reset?: () => Promise<void>
}

/**
 * The AWS endpoint: the one of AWS_ENDPOINT_URL, else LocalStack in Docker, else MiniStack.
 * `onLine` gets each line that the functions print, where the endpoint's process prints them.
 * Throws CannotStart.
 */
export async function startAws(
  stack: Stack,
  docker: boolean,
  onLine: (line: string) => void,
): Promise<Aws> {
  const given = process.env.AWS_ENDPOINT_URL?.replace(/\/$/, '')
  if (given) return existing(stack, given)
  return docker ? localStack(stack) : miniStack(stack, onLine)
}

async function existing(stack: Stack, endpoint: string): Promise<Aws> {
  await waitUntil(stack, `the AWS endpoint ${endpoint}`, 30, () => responds(`${endpoint}/`))
  return {
    name: 'AWS',
    chosen: `AWS endpoint of AWS_ENDPOINT_URL, ${endpoint}`,
    running: undefined,
    access: anyAccess(endpoint),
    inCompose: false,
    printsOutput: false,
  }
}

async function localStack(stack: Stack): Promise<Aws> {
  const port = await enginePort(stack, 'aws')
  const endpoint = `http://127.0.0.1:${port}`
  const running = await startService(stack, 'aws', { AWS_PORT: String(port) })
  const health = `${endpoint}/_localstack/health`
  const ready = waitUntil(stack, 'LocalStack', 120, () => responds(health))
  await unlessItEnds(stack, 'aws', running, ready)
  const chosen = `AWS by LocalStack 4.14 in Docker, port ${port}`
  return {
    name: 'AWS',
    chosen,
    running,
    access: anyAccess(endpoint),
    inCompose: true,
    printsOutput: false,
  }
}

async function miniStack(stack: Stack, onLine: (line: string) => void): Promise<Aws> {
  const port = await enginePort(stack, 'aws')
  const access = freshAccess(`http://127.0.0.1:${port}`)
  const running = await startMiniStack(stack, await fetchMiniStack(stack), access, onLine)
  const health = `${access.endpoint}/_ministack/health`
  const ready = waitUntil(stack, 'MiniStack', 30, () => responds(health, keyHeader(access)))
  await unlessItEnds(stack, 'aws', running, ready)
  const reset = () => resetMiniStack(access)
  const chosen = `AWS by MiniStack ${miniStackVersion}, port ${port}`
  return { name: 'AWS', chosen, running, access, inCompose: false, printsOutput: true, reset }
}

/** Any status below 500 will do: not every endpoint has the health page of another. */
async function responds(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  return (await fetch(url, { headers, signal: AbortSignal.timeout(3_000) })).status < 500
}
