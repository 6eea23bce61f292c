import type { IConstruct } from 'constructs'
import { type LimitSetting, limitSettings } from '../functions/limits/limits.ts'
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
 * The limits that are set by `-c` (functions/limits/limits.ts has their names and bounds) and the
 * path of the base address, as the environment of every function. Throws on a value out of bounds,
 * and on a burst without a rate.
 */
export function settingsOf(scope: IConstruct): Record<string, string> {
  const set = names.flatMap((name) => {
    const value = settingOf(scope, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const environment = Object.fromEntries(set)
  if ('RATE_BURST' in environment && !('RATE_PER_SECOND' in environment))
    throw new Error('-c rateBurst needs -c ratePerSecond')
  const basePath = basePathOf(scope)
  return { ...environment, ...(basePath ? { BASE_PATH: basePath } : {}) }
}

function settingOf(scope: IConstruct, name: LimitSetting): string | undefined {
  const { min, max } = limitSettings[name]
  const value: unknown = scope.node.tryGetContext(contextName(name))
  if (value === undefined) return undefined
  const number = Number(value)
  if (value !== '' && Number.isInteger(number) && number >= min && number <= max)
    return String(number)
  throw new Error(`-c ${contextName(name)}=${String(value)}: a whole number from ${min} to ${max}`)
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
