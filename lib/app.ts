import { Annotations, type App } from 'aws-cdk-lib'
import { ChatStack } from './chat-stack.ts'
import { type Config, readSettings } from './config.ts'
import { insistOnRegion } from './regions.ts'
import { prefixOf, type Settings } from './settings.ts'
import { localStores } from './stores.ts'
import { StoresStack } from './stores-stack.ts'

/**
 * Adds the stacks of a stage: `chat-stores` and `chat` for AWS; with `-c target=local` only `chat`,
 * whose stores the environment names. Neither names an account or a region, so that a synth looks
 * nothing up and needs no credentials. Only this reads settings: of `config`, which is
 * chat.config.ts, and of `-c`. Throws what is wrong with them.
 */
export function addStacks(app: App, config: Config): ChatStack {
  const { settings, forgotten } = readSettings(app.node.getAllContext(), config)
  if (settings.target === 'aws') insistOnRegion(process.env.CDK_DEFAULT_REGION)
  const prefix = prefixOf(settings)
  const stores =
    settings.target === 'local'
      ? localStores(process.env)
      : new StoresStack(app, `${prefix}-stores`, { settings }).stores
  const stack = new ChatStack(app, prefix, { stores, settings })
  warnOf(stack, settings, forgotten)
  return stack
}

function warnOf(stack: ChatStack, settings: Settings, forgotten: string[]): void {
  const { target, stage, alarmEmail, data } = settings
  const warnings = Annotations.of(stack)
  if (forgotten.length > 0)
    warnings.addWarningV2(
      'chat:forgotten',
      `${forgotten.join(', ')}: set by -c alone, so the next deploy without the same -c takes it back. Write it into chat.config.ts`,
    )
  if (target !== 'aws' || stage !== 'prod') return
  if (alarmEmail === undefined)
    warnings.addWarningV2(
      'chat:alarm-email',
      'nobody hears of the alarms: set alarmEmail in chat.config.ts, or subscribe to the output AlarmTopicArn',
    )
  if (data !== 'protected')
    warnings.addWarningV2(
      'chat:unprotected',
      "anybody with the rights can delete what is stored: once the first deploy has succeeded, set data: 'protected' in chat.config.ts and deploy again. If protection is on, this deploy takes it off",
    )
}
