import type { IConstruct } from 'constructs'
import { deployedRate, type LimitSetting, limitSettings } from '../functions/limits/limits.ts'
import { deployTargetOf } from './deploy-target.ts'

/** The stage of the API. On AWS every path begins with it. */
export const stageName = 'v1'

/** The name for `-c`: `MAX_BODY_BYTES` is set by `-c maxBodyBytes=...`. */
export const contextName = (name: string): string =>
  name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

const names = Object.keys(limitSettings).filter(
  (name): name is LimitSetting => name in limitSettings,
)

/**
 * The limits that are set by `-c` (functions/limits/limits.ts has their names and bounds), the rate
 * of an application, and the path of the base address, as the environment of every function. Throws
 * on a value out of bounds, and on a burst without a rate.
 */
export function settingsOf(scope: IConstruct): Record<string, string> {
  const set = names.flatMap((name) => {
    const value = settingOf(scope, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const basePath = basePathOf(scope)
  return {
    ...withRate(scope, Object.fromEntries(set)),
    ...(basePath ? { BASE_PATH: basePath } : {}),
  }
}

/** Of the settings, that by which applications are not limited. */
const unlimited = 'none'

/**
 * The settings with the rate of this deploy: on AWS the usual one where none is set. A rate that is
 * set without a burst has as many at once as in a second.
 */
function withRate(
  scope: IConstruct,
  { RATE_PER_SECOND: set, RATE_BURST: burst, ...others }: Record<string, string>,
): Record<string, string> {
  const usual = deployTargetOf(scope) === 'aws' ? deployedRate : undefined
  const rate = set ?? usual?.perSecond
  if (rate === undefined || rate === unlimited) {
    if (burst !== undefined) throw new Error('-c rateBurst needs -c ratePerSecond')
    return others
  }
  const atOnce = burst ?? (set === undefined ? usual?.burst : undefined)
  return {
    ...others,
    RATE_PER_SECOND: String(rate),
    ...(atOnce === undefined ? {} : { RATE_BURST: String(atOnce) }),
  }
}

function settingOf(scope: IConstruct, name: LimitSetting): string | undefined {
  const { min, max } = limitSettings[name]
  const value: unknown = scope.node.tryGetContext(contextName(name))
  if (value === undefined) return undefined
  const mayBeNone = name === 'RATE_PER_SECOND'
  if (mayBeNone && value === unlimited) return unlimited
  const number = Number(value)
  if (value !== '' && Number.isInteger(number) && number >= min && number <= max)
    return String(number)
  const wanted = `a whole number from ${min} to ${max}${mayBeNone ? `, or ${unlimited}` : ''}`
  throw new Error(`-c ${contextName(name)}=${String(value)}: ${wanted}`)
}

/** Whether applications are limited to a rate. */
export const isRateLimited = (scope: IConstruct): boolean => 'RATE_PER_SECOND' in settingsOf(scope)

/**
 * The path of the base address as clients see it: the stage on AWS, empty locally. `-c basePath=`
 * sets another, such as `/chat`, for an API behind a domain of one's own. Throws on what is no such
 * path.
 */
export function basePathOf(scope: IConstruct): string {
  const value: unknown = scope.node.tryGetContext('basePath')
  if (value === undefined) return deployTargetOf(scope) === 'aws' ? `/${stageName}` : ''
  if (typeof value === 'string' && /^(\/[A-Za-z0-9._-]+)*$/.test(value)) return value
  throw new Error(
    `-c basePath=${String(value)}: a path such as /chat, without a slash at its end, or empty`,
  )
}
