import type { App } from 'aws-cdk-lib'
import { ChatStack } from './chat-stack.ts'
import { deployTargetOf } from './deploy-target.ts'
import { localStores } from './stores.ts'
import { StoresStack } from './stores-stack.ts'

/**
 * Adds the stacks: `chat-stores` and `chat` for AWS; with `-c target=local` only `chat`, whose
 * stores the environment names. Neither names an account or a region, so that a synth looks nothing
 * up and needs no credentials.
 */
export function addStacks(app: App): ChatStack {
  const stores =
    deployTargetOf(app) === 'local'
      ? localStores(process.env)
      : new StoresStack(app, 'chat-stores').stores
  return new ChatStack(app, 'chat', { stores })
}
