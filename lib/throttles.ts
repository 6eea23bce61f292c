import type { MethodDeploymentOptions } from 'aws-cdk-lib/aws-apigateway'
import { methodsTaken, type Operation, routes } from '../functions/api/routes.ts'
import type { Settings } from './settings.ts'

/**
 * The operations with a rate of their own: where one request costs much more than others (a
 * search), where it asks every dependency (health: its costly form is `?deep=1`, but the gateway
 * tells routes apart, not queries), or where nobody needs a token.
 */
const own: Partial<
  Record<Operation, 'throttleSearch' | 'throttleHealth' | 'throttleCreateApplication'>
> = {
  'search-messages': 'throttleSearch',
  'show-health': 'throttleHealth',
  'create-application': 'throttleCreateApplication',
}

/** Requests a second of all clients together, where the settings have no other number. */
const usual = {
  throttle: 1000,
  throttleSearch: 200,
  throttleHealth: 50,
  throttleCreateApplication: 50,
  throttleUnknown: 100,
}
/**
 * Of creating applications where anybody may (lib/operator-key.ts). It is low because each leaves
 * an item and a row for good.
 */
const openCreates = 5

const optionsOf = (rate: number): MethodDeploymentOptions => ({
  throttlingRateLimit: rate,
  throttlingBurstLimit: 2 * rate,
})

/** Every path on which a method may be no route: all that there are, and that for all others. */
function unroutedPaths(): string[] {
  const onTheWay = routes.flatMap(({ path }) => {
    const segments = path.split('/')
    return segments.map((_, at) => segments.slice(0, at + 1).join('/') || '/')
  })
  return [...new Set([...onTheWay, '/{proxy+}'])]
}

/**
 * What the gateway lets through of all clients together: requests a second, and twice as many at
 * once. Each method of each path has a bucket of its own, by its `/path/METHOD`, and so has what is
 * no route: who floods one path, or paths that do not exist, takes nothing of the others. `open`:
 * anybody may create applications.
 */
export function throttlesOf(
  settings: Settings,
  open: boolean,
): MethodDeploymentOptions & { methodOptions: Record<string, MethodDeploymentOptions> } {
  const rates = { ...usual, ...(open ? { throttleCreateApplication: openCreates } : {}) }
  const optionsBy = (name: keyof typeof usual) => optionsOf(settings[name] ?? rates[name])
  const routed = routes.flatMap((route) =>
    methodsTaken(route).map(
      (method) =>
        [`${route.path}/${method}`, optionsBy(own[route.operation] ?? 'throttle')] as const,
    ),
  )
  const unrouted = unroutedPaths().map(
    (path) => [`${path}/ANY`, optionsBy('throttleUnknown')] as const,
  )
  return { ...optionsBy('throttle'), methodOptions: Object.fromEntries([...routed, ...unrouted]) }
}
