import * as v from 'valibot'
import { type LimitSetting, limitSettings } from '../functions/limits/limits.ts'
import { small, type Usual } from './stage-defaults.ts'

/** SHA-256 of operator keys, as a regular expression that CloudFormation knows too. */
export const hashesPattern = '[0-9a-f]{64}(,[0-9a-f]{64})*'

type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<CamelCase<Tail>>}`
  : Lowercase<S>
type LimitName = CamelCase<LimitSetting>

/** The setting of a limit: `MAX_BODY_BYTES` is set by `maxBodyBytes`. */
export const settingName = (limit: string): string =>
  limit.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

const halves = 'units of capacity, from 0 to 256 in halves'

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
/** Of Aurora's capacity, in halves; 2 GiB of memory each. */
const units = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+(\.5)?$/), v.transform(Number))], halves),
  v.check((value) => value >= 0 && value <= 256 && Number.isInteger(2 * value), halves),
)
const nodeType = matching(/^[a-z0-9]+\.[a-z0-9]+\.search$/, 'a type such as t3.small.search')
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
export const schemaFor = (usual: Usual) =>
  v.strictObject({
    operatorKeySha256: v.optional(hashes),
    listingKeySha256: v.optional(hashes),
    operatorKey: v.optional(
      v.literal('open', 'takes "open" only: the key itself must stay out of the deploy'),
    ),
    alarmEmail: v.optional(matching(/^[^\s@]+@[^\s@]+$/, 'a mail address')),
    data: v.optional(oneOf('protected', 'kept', 'deleted'), usual.data),
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
    zones: v.optional(whole(1, 2), usual.zones),
    minCapacity: v.optional(units, usual.minCapacity),
    maxCapacity: v.optional(units, usual.maxCapacity),
    readers: v.optional(whole(0, 15), usual.readers),
    backupDays: v.optional(whole(1, 35), usual.backupDays),
    search: v.optional(oneOf('domain', 'none'), usual.search),
    searchNodes: v.optional(whole(1, 40), usual.searchNodes),
    searchNodeType: v.optional(nodeType, usual.searchNodeType),
    searchVolumeGiB: v.optional(whole(10, 1_024), usual.searchVolumeGiB),
    searchMasters: v.optional(whole(0, 5), usual.searchMasters),
    searchMasterType: v.optional(nodeType, usual.searchMasterType),
    requestsPerAddress: v.optional(
      v.union(
        [whole(10, 2_000_000_000), v.literal('none')],
        'a whole number, at least 10, or "none"',
      ),
      usual.requestsPerAddress,
    ),
    flowLogs: v.optional(yesOrNo, true),
    warmWritesPerSecond: v.optional(whole(4_000, 40_000)),
    basePath: v.optional(
      matching(
        /^(\/[A-Za-z0-9._-]+)*$/,
        'a path such as /chat, without a slash at its end, or empty',
      ),
    ),
  })
/** What may be written in the file for a stage, and what `-c` takes. */
export type StageSettings = v.InferInput<ReturnType<typeof schemaFor>>
/** What they are when they are checked, with the defaults of the stage. */
export type Checked = v.InferOutput<ReturnType<typeof schemaFor>>

/** The name of every setting. */
export const settingNames = Object.keys(schemaFor(small).entries)
