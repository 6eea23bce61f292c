import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { Refused } from '../../cli/arguments.ts'

/** The stack that a tool works on. */
export interface LiveStack {
  /** As the person knows it. */
  name: string
  /**
   * Its stores are on this machine, so a tool may do a function's work. On AWS they are in a VPC.
   */
  local: boolean
  lambda: LambdaClient
  /** `create-message` becomes `chat-create-message`. */
  functionName(operation: string): string
}

/** The options of every tool that works on a live stack, and their part of its help. */
export const stackOptions = { aws: { type: 'boolean' }, stack: { type: 'string' } } as const
export const stackHelp = `  --stack NAME     the stack of this name: on this machine (default: dev, the one of npm start)
                   or, with --aws, the deployed one (default: chat)
  --aws            work on the AWS account and region of the credentials in the environment`

/** The folder of all local stacks, each under its name. */
export const localStacks = join(import.meta.dirname, '..', '..', '..', '.local')

/** What a running local stack writes into its folder (infra-local/ready-file.ts). */
interface Ready {
  pid: number
  env: Record<string, string>
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Throws Refused when no local stack of this name runs. */
function readyOf(name: string): Ready {
  const file = join(localStacks, name, 'ready.json')
  const ready: Ready | undefined = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : undefined
  if (ready && isAlive(ready.pid)) return ready
  throw new Refused(
    `no local stack "${name}" runs: npm start, or name another by --stack, or --aws`,
  )
}

/** Puts a local stack's addresses into this process's environment, where the clients read them. */
function enterLocal(name: string): void {
  const { env } = readyOf(name)
  for (const variable of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[variable]
  // LocalStack's queues name this machine by another name than the endpoint's, and the SDK warns at
  // every call when the two differ.
  const endpoint = { AWS_ENDPOINT_URL: new URL(env.QUEUE_URL ?? '').origin }
  Object.assign(process.env, { AWS_REGION: 'us-east-1' }, env, endpoint)
}

/**
 * The stack that the options name. Of a local one, the addresses are in process.env afterwards; one
 * on AWS is not called yet. Throws Refused when a local one does not run, and when no region is set
 * for AWS.
 */
export function liveStack({
  aws,
  stack,
}: {
  aws?: boolean | undefined
  stack?: string | undefined
}): LiveStack {
  const name = stack ?? (aws ? 'chat' : 'dev')
  if (!aws) enterLocal(name)
  else if (!process.env.AWS_REGION && !process.env.AWS_DEFAULT_REGION && !process.env.AWS_PROFILE)
    throw new Refused('--aws: set AWS_REGION (and AWS_PROFILE, or other credentials)')
  const deployed = aws ? name : 'chat'
  return {
    name: aws ? `${name} on AWS` : `${name} on this machine`,
    local: !aws,
    // An invocation may take 15 minutes. An SDK that gave up earlier would invoke the function
    // twice.
    lambda: new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: 16 * 60_000 } }),
    functionName: (operation) => `${deployed}-${operation}`,
  }
}
