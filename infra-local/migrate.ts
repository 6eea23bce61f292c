import { localEnvironment } from './environment.ts'
import { run } from './processes.ts'
import { root, type Stack } from './stack.ts'

/**
 * Brings the schema and the index up to date with the code that a deploy to AWS runs, in a process of its own: its
 * clients read their addresses from the environment. Throws CannotStart.
 */
export async function migrate(stack: Stack, stores: Record<string, string>): Promise<void> {
  const script = `import { migrateAll } from './functions/migrate/handler.ts'; await migrateAll()`
  await run(stack, {
    name: 'migrate',
    command: process.execPath,
    args: ['--input-type=module', '--eval', script],
    cwd: root,
    env: { ...localEnvironment(), ...stores },
    advice: 'if the data of an older version are in the way: npm run reset',
  })
}
