import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { dockerEnvironment } from '../machine/environment.mjs'
import { projectRoot } from '../machine/plain-root.mjs'
import { run, start } from '../machine/processes.ts'
import type { Running, Stack } from '../machine/stack.ts'

const file = join(projectRoot, 'infra-local', 'compose.yaml')
const advice =
  'see that Docker has network and disk, or start without it: CHAT_DOCKER=off npm start'
const project = (stack: Pick<Stack, 'name'>) => [
  'compose',
  '--project-name',
  `chat-${stack.name}`,
  '--file',
  file,
]

function succeeds(args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    // Without an engine the client may fail, but it may also hang.
    const env = dockerEnvironment()
    const child = spawn('docker', args, { stdio: 'ignore', timeout: 8_000, env })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/**
 * Whether a Docker engine runs here and has compose; the client alone is not enough. Always false
 * with CHAT_DOCKER=off.
 */
export async function dockerRuns(): Promise<boolean> {
  if (process.env.CHAT_DOCKER === 'off') return false
  return (await succeeds(['info'])) && (await succeeds(['compose', 'version']))
}

/**
 * Runs one service of compose.yaml in the foreground: the process lives as long as its container,
 * and a SIGTERM to it stops the container. `variables` are those of the file. Throws CannotStart
 * when the image cannot be pulled.
 */
export async function startService(
  stack: Stack,
  service: 'aws' | 'mysql' | 'opensearch',
  variables: Record<string, string>,
): Promise<Running> {
  const env = { ...dockerEnvironment(), ...variables }
  const has = ['pull', '--policy', 'missing', service]
  await run(stack, {
    name: `${service}-pull`,
    command: 'docker',
    args: [...project(stack), ...has],
    env,
    advice,
  })
  const up = ['up', '--no-deps', '--no-log-prefix', '--abort-on-container-exit', service]
  return start(stack, { name: service, command: 'docker', args: [...project(stack), ...up], env })
}

/** Removes the stack's containers; with `volumes` their data too. Throws CannotStart. */
export async function removeContainers(stack: Stack, volumes: boolean): Promise<void> {
  const args = [...project(stack), 'down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])]
  const env = dockerEnvironment()
  await run(stack, { name: 'docker-down', command: 'docker', args, env, advice })
}
