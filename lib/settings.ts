import * as v from 'valibot'
import { deployedRate, limitSettings, type Rate } from '../functions/limits/limits.ts'
import { type Checked, schemaFor, settingName, settingNames } from './settings-schema.ts'
import { large, small } from './stage-defaults.ts'

/** The stage of the API. On AWS every path begins with it. */
export const stageName = 'v1'

/** `aws`, or `local` for a LocalStack-compatible endpoint that lacks some of AWS. */
export type DeployTarget = 'aws' | 'local'

/** What a deploy is made by: the checked settings, and of which stage they are. */
export interface Settings extends Omit<Checked, 'ratePerSecond' | 'rateBurst'> {
  /** Of each application; without it none is limited. */
  readonly rate?: Rate
  readonly target: DeployTarget
  readonly stage: string
}

const inWords = (issue: v.BaseIssue<unknown>): string => {
  const name = v.getDotPath(issue) ?? ''
  return issue.type === 'strict_object'
    ? `${name}: there is no such setting${name.includes('.') ? '' : `. There are ${settingNames.join(', ')}`}`
    : `${name}=${String(issue.input)}: ${issue.message}`
}

/**
 * The settings of a stage, from what was written. Throws one error that names all that is unknown,
 * out of its bounds or contradictory.
 */
export function checkedSettings(
  given: unknown,
  { target, stage }: Pick<Settings, 'target' | 'stage'>,
): Settings {
  const usual = stage === 'prod' ? large : small
  const { success, output, issues } = v.safeParse(schemaFor(usual), given)
  if (!success) throw new Error(issues.map(inWords).join('\n'))
  const wrong = contradictions(output)
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  const { ratePerSecond, rateBurst, ...others } = output
  const rate = rateOf(target, ratePerSecond, rateBurst)
  return { ...others, ...(rate ? { rate } : {}), target, stage }
}

/** What cannot be true together. */
function contradictions(checked: Checked): string[] {
  const { zones, searchNodes, searchMasters: masters, minCapacity, maxCapacity } = checked
  const found = {
    'operatorKey=open and operatorKeySha256 contradict each other':
      checked.operatorKey !== undefined && checked.operatorKeySha256 !== undefined,
    [`maxCapacity=${maxCapacity} is below minCapacity=${minCapacity}, or below 1`]:
      maxCapacity < Math.max(1, minCapacity),
    [`searchNodes=${searchNodes} cannot be spread over zones=${zones}`]: searchNodes % zones > 0,
    [`searchMasters=${masters}: 0, 3 or 5, so that more than half can agree`]:
      masters > 0 && masters !== 3 && masters !== 5,
    'search=none and adopt.domain contradict each other':
      checked.search === 'none' && checked.adopt?.domain !== undefined,
  }
  return Object.entries(found).flatMap(([text, is]) => (is ? [text] : []))
}

/** On AWS there is a rate where none is set. One that is set alone is its own burst. */
function rateOf(
  target: DeployTarget,
  set: Checked['ratePerSecond'],
  burst: number | undefined,
): Rate | undefined {
  const usual = target === 'aws' ? deployedRate : undefined
  const perSecond = set ?? usual?.perSecond
  if (perSecond === undefined || perSecond === 'none') {
    if (burst !== undefined) throw new Error('rateBurst needs ratePerSecond')
    return undefined
  }
  return { perSecond, burst: burst ?? (set === undefined ? usual?.burst : undefined) ?? perSecond }
}

/** What the names of a stage's stacks and functions begin with. */
export const prefixOf = ({ stage, target }: Settings): string =>
  stage === 'prod' || target === 'local' ? 'chat' : `chat-${stage}`

/** What bills and searches tell stages apart by; CloudFormation gives it to every resource. */
export const tagsOf = ({ stage, target }: Settings): Record<string, string> =>
  target === 'aws' ? { 'chat:stage': stage } : {}

/** Of what the functions and the access log of a stage count. */
export const namespaceOf = ({ stage, target }: Settings): string =>
  stage === 'prod' || target === 'local' ? 'Chat' : `Chat/${stage}`

/** Whether applications are limited to a rate. */
export const isRateLimited = ({ rate }: Settings): boolean => rate !== undefined

/**
 * The limits that are set (functions/limits/limits.ts has their names and bounds) and the path of
 * the base address, as the environment of every function.
 */
export function environmentOf(settings: Settings): Record<string, string> {
  const { rate } = settings
  const bucket = rate ? { ratePerSecond: rate.perSecond, rateBurst: rate.burst } : {}
  const given: Partial<Record<string, unknown>> = { ...settings, ...bucket }
  const set = Object.keys(limitSettings).flatMap((limit) => {
    const value = given[settingName(limit)]
    return value === undefined ? [] : [[limit, String(value)] as const]
  })
  const basePath = basePathOf(settings)
  const namespace = namespaceOf(settings)
  return {
    ...Object.fromEntries(set),
    ...(namespace === 'Chat' ? {} : { METRICS_NAMESPACE: namespace }),
    ...(basePath ? { BASE_PATH: basePath } : {}),
  }
}

/**
 * The path of the base address as clients see it: the stage on AWS, empty locally. `basePath` sets
 * another for an API behind a domain of one's own.
 */
export const basePathOf = ({ basePath, target }: Settings): string =>
  basePath ?? (target === 'aws' ? `/${stageName}` : '')
