import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Aws } from '../engines/aws.ts'
import { CannotStart } from '../machine/cannot-start.ts'
import { localEnvironment } from '../machine/environment.ts'
import { run } from '../machine/processes.ts'
import { projectRoot, type Stack } from '../machine/stack.ts'
import { withProgress } from '../machine/wait.ts'
import { chatSettings } from './chat-settings.ts'
import { deployedMark, markDeployed, stackOutputs } from './endpoint-state.ts'

const needed = [
  'RestApiId',
  'StageName',
  'TableName',
  'QueueUrl',
  'QuarantineUrl',
  'FunctionSweep',
  'FunctionReindex',
] as const
/**
 * What the chat stack tells of itself; besides these the names of its functions
 * (`FunctionCreateMessage` ...).
 */
export type Outputs = Record<(typeof needed)[number], string>

export const outputsFile = (stack: Pick<Stack, 'folder'>) => join(stack.folder, 'outputs.json')

/**
 * Deploys the chat stack with the CDK CLI unless the endpoint has just this one: same sources, same
 * environment. `variables` are what the CDK app passes on to the functions. Throws CannotStart with
 * what the CLI said last.
 */
export async function deploy(
  stack: Stack,
  { endpoint, reset }: Pick<Aws, 'endpoint' | 'reset'>,
  variables: Record<string, string>,
): Promise<{ outputs: Outputs; fresh: boolean }> {
  const env = { ...localEnvironment(endpoint), ...variables }
  const settings = chatSettings(process.env.CHAT_SETTINGS ?? '')
  const operator = process.env.OPERATOR_KEY_SHA256 ?? ''
  const print = fingerprint({ ...variables, endpoint, operator, settings: settings.join(' ') })
  const known = (await deployedMark(endpoint)) === print
  const there = await stackOutputs(endpoint, 'chat')
  if (known && there) return { outputs: kept(stack, there), fresh: false }
  if (!(await stackOutputs(endpoint, 'CDKToolkit'))) {
    // Objects are kept at once, all else at a good stop: what an interrupted first deploy left
    // would be in the way.
    if (!there) await reset?.()
    stack.say('  bootstrapping the CDK')
    await withProgress(stack, 'cdk bootstrap', () =>
      cdk(stack, 'bootstrap', ['aws://000000000000/us-east-1'], env),
    )
  }
  stack.say('  deploying the chat stack (cdk deploy)')
  const args = ['chat', '--require-approval', 'never', ...settings.flatMap((each) => ['-c', each])]
  await withProgress(stack, 'cdk deploy', () => cdk(stack, 'deploy', args, env))
  const outputs = await stackOutputs(endpoint, 'chat')
  if (!outputs)
    throw new CannotStart(
      'cdk deploy ended well, but the endpoint does not show the stack as complete',
    )
  await markDeployed(endpoint, print)
  return { outputs: kept(stack, outputs), fresh: true }
}

async function cdk(
  stack: Stack,
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const out = [
    '--output',
    join(stack.folder, 'cdk.out'),
    '-c',
    'target=local',
    '--no-notices',
    '--progress',
    'events',
  ]
  await run(stack, {
    name: `cdk-${command}`,
    command: join(projectRoot, 'node_modules', '.bin', 'cdk'),
    args: [command, ...args, ...out],
    cwd: projectRoot,
    env: { ...env, CDK_DISABLE_VERSION_CHECK: '1', CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true' },
    advice: 'if the data of an older version are in the way: npm run reset',
  })
}

/** Writes the outputs as `cdk deploy --outputs-file` does: the CLI is not run each time. */
function kept(stack: Stack, outputs: Record<string, string>): Outputs {
  if (!isWhole(outputs))
    throw new CannotStart(
      `the deployed stack lacks outputs, it has ${Object.keys(outputs).join(', ') || 'none'}`,
    )
  writeFileSync(outputsFile(stack), JSON.stringify({ chat: outputs }, null, 2))
  return outputs
}

const isWhole = (outputs: Record<string, string>): outputs is Outputs =>
  needed.every((name) => outputs[name])

/**
 * Of all that makes the template and the bundles: a synth to compare would take longer than the
 * check it saves.
 */
function fingerprint(variables: Record<string, string>): string {
  const hash = createHash('sha256').update(JSON.stringify(Object.entries(variables).sort()))
  for (const folder of ['bin', 'lib', 'functions']) {
    const files = readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    const paths = files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
    for (const path of paths.sort()) hash.update(path).update(readFileSync(path))
  }
  for (const file of ['cdk.json', 'package-lock.json'])
    hash.update(readFileSync(join(projectRoot, file)))
  return hash.digest('hex')
}
