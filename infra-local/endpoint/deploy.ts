import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Aws } from '../engines/aws.ts'
import { CannotStart } from '../machine/cannot-start.ts'
import { localEnvironment } from '../machine/local-environment.ts'
import { projectRoot } from '../machine/plain-root.mjs'
import { run } from '../machine/processes.ts'
import type { Stack } from '../machine/stack.ts'
import { withProgress } from '../machine/wait-until.ts'
import { chatSettings } from './chat-settings.ts'
import { deployedMark, markDeployed } from './deployed-mark.ts'
import { fingerprintOf } from './fingerprint.ts'
import { stackOutputs } from './stack-outputs.ts'

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
 * The outputs of the chat stack that the start needs. It has more: the names of all its functions
 * (`FunctionCreateMessage` ...).
 */
export type Outputs = Record<(typeof needed)[number], string>

export const outputsFile = (stack: Pick<Stack, 'folder'>) => join(stack.folder, 'outputs.json')

/**
 * Deploys the chat stack with the CDK CLI, unless the endpoint has this very one: same sources,
 * same environment. `variables` are what the CDK app passes on to the functions. Returns the
 * outputs, and whether it was deployed just now. Throws CannotStart with the CLI's last line.
 */
export async function deploy(
  stack: Stack,
  { access, reset }: Pick<Aws, 'access' | 'reset'>,
  variables: Record<string, string>,
): Promise<{ outputs: Outputs; fresh: boolean }> {
  const settings = chatSettings(process.env.CHAT_SETTINGS ?? '')
  const operator = process.env.OPERATOR_KEY_SHA256 ?? ''
  const env = { ...localEnvironment(access), ...variables, OPERATOR_KEY_SHA256: operator }
  const wanted = { ...variables, endpoint: access.endpoint, operator, settings: settings.join(' ') }
  const fingerprint = fingerprintOf(wanted)
  const there = await stackOutputs(access, 'chat')
  if (there && (await deployedMark(access)) === fingerprint)
    return { outputs: written(stack, there), fresh: false }
  if (!(await stackOutputs(access, 'CDKToolkit'))) {
    // The endpoint saves objects of S3 at once, all else at a good stop. So after an interrupted
    // first deploy those objects are there alone, and would be in the way of a second one.
    if (!there) await reset?.()
    await bootstrap(stack, env)
  }
  await deployChat(stack, settings, env)
  const outputs = await stackOutputs(access, 'chat')
  if (!outputs)
    throw new CannotStart(
      'cdk deploy ended well, but the endpoint does not show the stack as complete',
    )
  await markDeployed(access, fingerprint)
  return { outputs: written(stack, outputs), fresh: true }
}

async function bootstrap(stack: Stack, env: NodeJS.ProcessEnv): Promise<void> {
  stack.say('  bootstrapping the CDK')
  const args = ['aws://000000000000/us-east-1']
  await withProgress(stack, 'cdk bootstrap', () => cdk(stack, 'bootstrap', args, env))
}

async function deployChat(stack: Stack, settings: string[], env: NodeJS.ProcessEnv): Promise<void> {
  stack.say('  deploying the chat stack (cdk deploy)')
  const args = ['chat', '--require-approval', 'never', ...settings.flatMap((each) => ['-c', each])]
  await withProgress(stack, 'cdk deploy', () => cdk(stack, 'deploy', args, env))
}

async function cdk(
  stack: Stack,
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const output = ['--output', join(stack.folder, 'cdk.out')]
  const quiet = ['--no-notices', '--progress', 'events']
  await run(stack, {
    name: `cdk-${command}`,
    command: join(projectRoot, 'node_modules', '.bin', 'cdk'),
    args: [command, ...args, ...output, '-c', 'target=local', ...quiet],
    cwd: projectRoot,
    // It keeps access key ids in its home.
    env: {
      ...env,
      CDK_HOME: join(stack.folder, 'cdk.home'),
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CI: 'true',
    },
    advice: 'if the data of an older version are in the way: npm run reset',
  })
}

/**
 * Writes the outputs as `cdk deploy --outputs-file` would, also when the CLI did not run. Throws
 * CannotStart when one is missing.
 */
function written(stack: Stack, outputs: Record<string, string>): Outputs {
  if (!isWhole(outputs))
    throw new CannotStart(
      `the deployed stack lacks outputs, it has ${Object.keys(outputs).join(', ') || 'none'}`,
    )
  writeFileSync(outputsFile(stack), JSON.stringify({ chat: outputs }, null, 2))
  return outputs
}

const isWhole = (outputs: Record<string, string>): outputs is Outputs =>
  needed.every((name) => outputs[name])
