import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CannotStart } from '../machine/cannot-start.ts'
import { cached } from '../machine/download.ts'
import { localEnvironment } from '../machine/environment.ts'
import { enginePort } from '../machine/free-ports.ts'
import { run, start } from '../machine/processes.ts'
import type { Running, Stack } from '../machine/stack.ts'
import { waitUntil } from '../machine/wait.ts'
import { startService } from './docker.ts'
import { type Engine, unlessItEnds } from './engine.ts'

export interface Aws extends Engine {
  endpoint: string
  /** Functions run in containers of compose.yaml, where the other engines have other addresses. */
  inCompose: boolean
  /**
   * Functions' output comes with the process's own (`onLine`); elsewhere it is in CloudWatch Logs.
   */
  tellsOutput: boolean
  /** Forgets everything. Only an endpoint that is this stack's own has it. */
  reset?: () => Promise<void>
}

/**
 * The AWS endpoint: the one of AWS_ENDPOINT_URL, else LocalStack in Docker, else MiniStack. Throws
 * CannotStart.
 */
export async function startAws(
  stack: Stack,
  docker: boolean,
  onLine: (line: string) => void,
): Promise<Aws> {
  const given = process.env.AWS_ENDPOINT_URL?.replace(/\/$/, '')
  if (given) {
    await waitUntil(stack, `the AWS endpoint ${given}`, 30, () => answers(`${given}/`))
    const chosen = `AWS endpoint of AWS_ENDPOINT_URL, ${given}`
    return {
      name: 'AWS',
      chosen,
      running: undefined,
      endpoint: given,
      inCompose: false,
      tellsOutput: false,
    }
  }
  const port = await enginePort(stack, 'aws')
  const endpoint = `http://127.0.0.1:${port}`
  if (docker) {
    const running = await startService(stack, 'aws', { AWS_PORT: String(port) })
    const ready = waitUntil(stack, 'LocalStack', 120, () =>
      answers(`${endpoint}/_localstack/health`),
    )
    await unlessItEnds(stack, 'aws', running, ready)
    const chosen = `AWS by LocalStack 4.14 in Docker, port ${port}`
    return { name: 'AWS', chosen, running, endpoint, inCompose: true, tellsOutput: false }
  }
  const running = await startMiniStack(stack, await fetchMiniStack(stack), port, onLine)
  const ready = waitUntil(stack, 'MiniStack', 30, () => answers(`${endpoint}/_ministack/health`))
  await unlessItEnds(stack, 'aws', running, ready)
  const chosen = `AWS by MiniStack ${version}, port ${port}`
  return {
    name: 'AWS',
    chosen,
    running,
    endpoint,
    inCompose: false,
    tellsOutput: true,
    reset: () => reset(endpoint),
  }
}

/** Any answer but a fault is one: an endpoint need not have the health page of another. */
async function answers(url: string): Promise<boolean> {
  return (await fetch(url, { signal: AbortSignal.timeout(3_000) })).status < 500
}

async function reset(endpoint: string): Promise<void> {
  const answer = await fetch(`${endpoint}/_ministack/reset`, { method: 'POST' })
  if (!answer.ok)
    throw new CannotStart(`MiniStack does not forget its state (${answer.status}): npm run reset`)
}

const version = '1.5.33'

/**
 * MiniStack in a venv of its own; pip checks each file by the hashes of requirements. The folder
 * may be renamed when it is whole: `bin/python -m` needs no path that is written in it, only the
 * scripts beside it do.
 */
export function fetchMiniStack(stack: Stack): Promise<string> {
  const requirements = join(import.meta.dirname, 'ministack-requirements.txt')
  return cached(stack, `ministack-${version}`, `installing MiniStack ${version}`, async (half) => {
    const advice =
      'install Python 3.10 or newer with venv (Debian: apt-get install python3-venv, macOS: brew install python)'
    await run(stack, { name: 'aws-venv', command: 'python3', args: ['-m', 'venv', half], advice })
    const pip = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', requirements]
    const network = `see that the network is there, and ${advice}`
    await run(stack, {
      name: 'aws-pip',
      command: join(half, 'bin', 'python'),
      args: pip,
      advice: network,
    })
  })
}

function startMiniStack(
  stack: Stack,
  venv: string,
  port: number,
  onLine: (line: string) => void,
): Promise<Running> {
  const folder = join(stack.folder, 'aws')
  const scratch = join(folder, 'tmp')
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { recursive: true })
  // Functions and their worker scripts are unpacked here, below the project's package.json: but
  // they are not ESM.
  writeFileSync(join(scratch, 'package.json'), '{"type":"commonjs"}')
  const state = join(folder, 'state')
  const env = {
    ...localEnvironment(),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: 'localhost',
    GATEWAY_PORT: String(port),
    LAMBDA_EXECUTOR: 'local',
    PERSIST_STATE: '1',
    STATE_DIR: state,
    S3_PERSIST: '1',
    S3_DATA_DIR: join(folder, 's3'),
    TMPDIR: scratch,
    // Listeners nobody uses here; they would take fixed ports.
    SFTP_ENABLED: '0',
    IOT_MTLS_ENABLED: '0',
    // Functions run on the first `node` on PATH: the one that runs this, which is what is deployed.
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
  }
  const python = join(venv, 'bin', 'python')
  const script = join(import.meta.dirname, '..', 'endpoint', 'quick_queue.py')
  return start(stack, { name: 'aws', command: python, args: [script], env, onLine })
}
