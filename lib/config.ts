import { checkedSettings, type Settings } from './settings.ts'
import { type StageSettings, settingNames } from './settings-schema.ts'

/** What chat.config.ts exports. */
export interface Config {
  /** For all stages; what a stage sets itself comes before it. */
  readonly everywhere?: StageSettings
  /** By the names of stages, which `-c stage=<name>` chooses; `prod` where it is not given. */
  readonly stages?: Readonly<Record<string, StageSettings>>
}

/** Names of context values that are the CDK's own, besides those with a colon or a slash. */
const cdkNames = new Set(['tree', 'cdk-migrate', 'acknowledged-issue-numbers'])

/** The values of `-c` that are meant for this app. */
const givenByContext = (context: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(context).filter(([name]) => !/[:/]/.test(name) && !cdkNames.has(name)),
  )

/**
 * The settings of this synth: those of the file for its stage, and before these what `-c` gives.
 * `-c stage=<name>` says which stage it is, `-c target=local` that it is the deploy of `npm start`,
 * for which the file does not count.
 *
 * `forgotten` are the names of the settings that only `-c` gives: the next deploy without the same
 * `-c` would set them back. Throws on what is unknown, out of its bounds or contradictory.
 */
export function readSettings(
  context: Readonly<Record<string, unknown>>,
  config: Config,
): { settings: Settings; forgotten: string[] } {
  const { stage: stageGiven, target: targetGiven, ...given } = givenByContext(context)
  const target = targetOf(targetGiven)
  const stage = stageOf(stageGiven ?? (target === 'local' ? 'local' : 'prod'))
  checkConfig(config)
  const written = target === 'local' ? {} : { ...config.everywhere, ...config.stages?.[stage] }
  const settings = checkedSettings({ ...written, ...given }, { target, stage })
  const inFile = new Map<string, unknown>(Object.entries(written))
  const forgotten = Object.keys(given).filter(
    (name) => String(inFile.get(name)) !== String(given[name]),
  )
  return { settings, forgotten: target === 'local' ? [] : forgotten }
}

function targetOf(target: unknown = 'aws'): Settings['target'] {
  if (target === 'aws' || target === 'local') return target
  throw new Error(`-c target=${String(target)}: there are only "aws" and "local"`)
}

/** Stage names are parts of the names of stacks and functions. */
function stageOf(stage: unknown): string {
  // The stack `chat-stores` is one of `prod`.
  if (stage === 'stores') throw new Error('-c stage=stores: choose another name')
  if (
    typeof stage === 'string' &&
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(stage) &&
    stage.length <= 20
  )
    return stage
  throw new Error(
    `-c stage=${String(stage)}: up to 20 lower-case letters, digits and single dashes, such as "dev"`,
  )
}

/** A stage's settings are checked when it is chosen; what is beside them is checked always. */
function checkConfig(config: Config): void {
  const unknown = Object.keys(config).filter((name) => name !== 'everywhere' && name !== 'stages')
  if (unknown.length === 0) return
  const hint = unknown.some((name) => settingNames.includes(name))
    ? '; settings stand in `everywhere` or in a stage'
    : ''
  throw new Error(
    `chat.config.ts: there is no ${unknown.join(', ')}, only everywhere, stages${hint}`,
  )
}
