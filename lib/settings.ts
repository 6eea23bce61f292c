import * as v from 'valibot'
import {
  deployedRate,
  type LimitSetting,
  limitSettings,
  type Rate,
} from '../functions/limits/limits.ts'

/** The stage of the API. On AWS every path begins with it. */
export const stageName = 'v1'

/** SHA-256 of operator keys, as a regular expression that CloudFormation knows too. */
export const hashesPattern = '[0-9a-f]{64}(,[0-9a-f]{64})*'

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<S>
type LimitName = CamelCase<LimitSetting>

/** The setting of a limit: `MAX_BODY_BYTES` is set by `maxBodyBytes`. */
export const settingName = (limit: string): string =>
  limit.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** A whole number; by `-c` it comes as its digits. */
function whole(min: number, max: number, of = '') {
  const message = `a whole number${of}, from ${min} to ${max}`
  const digits = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))
  return v.pipe(
    v.union([v.number(), digits], message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  )
}
const rate = () => whole(1, 10_000, ' of requests a second')
const matching = (pattern: RegExp, message: string) =>
  v.pipe(v.string(message), v.regex(pattern, message))
const oneOf = <const T extends string>(...words: T[]) =>
  v.picklist(words, `one of ${words.map((word) => `"${word}"`).join(', ')}`)

const limits = Object.entries(limitSettings).map(([limit, { min, max }]) => {
  return [settingName(limit), v.optional(whole(min, max))] as const
})
// Both are made of limitSettings: the type of the names, and the names.
const limitSchemas = Object.fromEntries(limits) as Record<LimitName, (typeof limits)[number][1]>

const named = matching(/^[A-Za-z0-9._-]+$/, 'a name as AWS gives it, without https:// or a port')
/** By `-c` it comes as its word. */
const yesOrNo = v.pipe(
  v.union([v.boolean(), v.picklist(['true', 'false'])], 'true or false'),
  v.transform((value) => String(value) === 'true'),
)
const hashes = matching(
  new RegExp(`^${hashesPattern}$`, 'i'),
  'SHA-256 hashes of keys, 64 hex digits each, separated by commas; `npm run operator-key` prints one',
)

/**
 * What an owner may set for a stage: chat.config.ts explains each, docs/deploying.md says what it
 * costs. All may be left out.
 */
const schema = v.strictObject({
  operatorKeySha256: v.optional(hashes),
  listingKeySha256: v.optional(hashes),
  operatorKey: v.optional(
    v.literal('open', 'takes "open" only: the key itself must stay out of the deploy'),
  ),
  alarmEmail: v.optional(matching(/^[^\s@]+@[^\s@]+$/, 'a mail address')),
  data: v.optional(oneOf('protected', 'kept', 'deleted')),
  adopt: v.optional(
    v.strictObject({
      table: v.optional(named),
      cluster: v.optional(v.strictObject({ name: named, resourceId: named, endpoint: named })),
      domain: v.optional(v.strictObject({ name: named, endpoint: named })),
    }),
  ),
  ...limitSchemas,
  ratePerSecond: v.optional(
    v.union(
      [limitSchemas.ratePerSecond, v.literal('none')],
      `a whole number, from ${limitSettings.RATE_PER_SECOND.min} to ${limitSettings.RATE_PER_SECOND.max}, or "none"`,
    ),
  ),
  reservedConcurrency: v.optional(
    v.union([whole(1, 10_000), v.literal('off')], 'a whole number, from 1 to 10000, or "off"'),
  ),
  throttle: v.optional(rate()),
  throttleSearch: v.optional(rate()),
  throttleHealth: v.optional(rate()),
  throttleCreateApplication: v.optional(rate()),
  throttleUnknown: v.optional(rate()),
  requestsPerAddress: v.optional(
    v.union(
      [whole(10, 2_000_000_000), v.literal('none')],
      'a whole number, at least 10, or "none"',
    ),
  ),
  flowLogs: v.optional(yesOrNo),
  warmWritesPerSecond: v.optional(whole(4_000, 40_000)),
  basePath: v.optional(
    matching(
      /^(\/[A-Za-z0-9._-]+)*$/,
      'a path such as /chat, without a slash at its end, or empty',
    ),
  ),
})
/** What may be written in the file for a stage, and what `-c` takes. */
export type StageSettings = v.InferInput<typeof schema>

/** The name of every setting. */
export const settingNames = Object.keys(schema.entries)

/** `aws`, or `local` for a LocalStack-compatible endpoint that lacks some of AWS. */
export type DeployTarget = 'aws' | 'local'

type Output = v.InferOutput<typeof schema>

/** What a deploy is made by: the checked settings, and of which stage they are. */
export interface Settings
  extends Omit<Output, 'ratePerSecond' | 'rateBurst' | 'data' | 'requestsPerAddress' | 'flowLogs'> {
  /** Of each application; without it none is limited. */
  readonly rate?: Rate
  readonly target: DeployTarget
  readonly stage: string
  /** What happens to table, cluster and domain when they are to be deleted. */
  readonly data: 'protected' | 'kept' | 'deleted'
  readonly requestsPerAddress: number | 'none'
  readonly flowLogs: boolean
}

/**
 * What an address may ask in 5 minutes: as much as an application may. A client may be a server
 * that asks for all people of its application.
 */
const usualPerAddress = 300 * deployedRate.perSecond

const inWords = (issue: v.BaseIssue<unknown>): string => {
  const name = v.getDotPath(issue) ?? ''
  return issue.type === 'strict_object'
    ? `${name}: there is no such setting${name.includes('.') ? '' : `. There are ${settingNames.join(', ')}`}`
    : `${name}=${String(issue.input)}: ${issue.message}`
}

/**
 * The settings of a stage, from what was written. `prod` keeps its data, every other stage deletes
 * them with its stacks. Throws one error that names all that is unknown, out of its bounds or
 * contradictory.
 */
export function checkedSettings(
  given: unknown,
  { target, stage }: Pick<Settings, 'target' | 'stage'>,
): Settings {
  const { success, output, issues } = v.safeParse(schema, given)
  if (!success) throw new Error(issues.map(inWords).join('\n'))
  if (output.operatorKey && output.operatorKeySha256)
    throw new Error('operatorKey=open and operatorKeySha256 contradict each other')
  const { ratePerSecond, rateBurst, data, requestsPerAddress, flowLogs, ...others } = output
  const rate = rateOf(target, ratePerSecond, rateBurst)
  const usual = usualOf(target, stage)
  return {
    ...others,
    ...(rate ? { rate } : {}),
    data: data ?? usual.data,
    requestsPerAddress: requestsPerAddress ?? usual.requestsPerAddress,
    flowLogs: flowLogs ?? usual.flowLogs,
    target,
    stage,
  }
}

/** Only `prod` keeps what it stores, and pays for a firewall and for flow logs. */
const usualOf = (target: DeployTarget, stage: string) =>
  target === 'aws' && stage === 'prod'
    ? ({ data: 'kept', requestsPerAddress: usualPerAddress, flowLogs: true } as const)
    : ({ data: 'deleted', requestsPerAddress: 'none', flowLogs: false } as const)

/** On AWS there is a rate where none is set. One that is set alone is its own burst. */
function rateOf(
  target: DeployTarget,
  set: Output['ratePerSecond'],
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
  return { ...Object.fromEntries(set), ...(basePath ? { BASE_PATH: basePath } : {}) }
}

/**
 * The path of the base address as clients see it: the stage on AWS, empty locally. `basePath` sets
 * another for an API behind a domain of one's own.
 */
export const basePathOf = ({ basePath, target }: Settings): string =>
  basePath ?? (target === 'aws' ? `/${stageName}` : '')
