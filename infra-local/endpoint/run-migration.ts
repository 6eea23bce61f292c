import type { AwsAccess } from '../machine/aws-access.ts'
import { localEnvironment } from '../machine/local-environment.ts'
import { projectRoot } from '../machine/plain-root.mjs'
import { run } from '../machine/processes.ts'
import type { Stack } from '../machine/stack.ts'

type Step = 'migrateAll' | 'restoreAll'

/**
 * Runs what a deploy to AWS runs. It has a process of its own, because the clients read their
 * addresses from the environment. Throws CannotStart.
 */
async function runStep(stack: Stack, step: Step, env: NodeJS.ProcessEnv): Promise<void> {
  const script = `import { ${step} } from './functions/migrate/handler.ts'; await ${step}()`
  await run(stack, {
    name: step === 'migrateAll' ? 'migrate' : 'raise-counters',
    command: process.execPath,
    args: ['--input-type=module', '--eval', script],
    cwd: projectRoot,
    env,
    advice: 'if the data of an older version are in the way: npm run reset',
  })
}

/** Brings the schema in MySQL and the index up to date. Throws CannotStart. */
export const runMigration = (stack: Stack, stores: Record<string, string>): Promise<void> =>
  runStep(stack, 'migrateAll', { ...localEnvironment(), ...stores })

/**
 * Raises the counters to what MySQL holds, because an endpoint that was killed has lost them or
 * kept older ones (P9). Called at every start, before the API opens. Where nothing was lost it
 * costs one read for each parent. Throws CannotStart.
 */
export function runRestoreCounters(
  stack: Stack,
  access: AwsAccess,
  stores: Record<string, string>,
  tableName: string,
): Promise<void> {
  return runStep(stack, 'restoreAll', {
    ...localEnvironment(access),
    ...stores,
    TABLE_NAME: tableName,
  })
}
