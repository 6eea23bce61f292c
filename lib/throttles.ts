import type { MethodDeploymentOptions } from 'aws-cdk-lib/aws-apigateway'
import type { IConstruct } from 'constructs'
import { methodsTaken, type Operation, routes } from '../functions/api/routes.ts'

interface Throttle {
  /** Requests a second when none are set. */
  readonly default: number
  /** The operation that it is for; all routes together if there is none. */
  readonly operation?: Operation
}

/**
 * What the gateway lets through: requests a second of all clients together, and twice as many at
 * once. An operation has a throttle of its own where one request costs much more than others (a
 * search), where it asks every dependency (health: its costly form is `?deep=1`, but the gateway
 * tells routes apart, not queries), or where nobody needs a token.
 */
const throttles: Record<string, Throttle> = {
  throttle: { default: 1000 },
  throttleSearch: { default: 200, operation: 'search-messages' },
  throttleHealth: { default: 50, operation: 'show-health' },
  throttleCreateApplication: { default: 50, operation: 'create-application' },
}
/**
 * Of creating applications where anybody may (lib/operator-key.ts). It is low because each leaves
 * an item and a row for good.
 */
const openCreates = 5
const most = 10_000

/** The rate that `-c <name>=` sets. Throws on what is no rate. */
function rateOf(scope: IConstruct, name: string, usual: number): number {
  const value: unknown = scope.node.tryGetContext(name)
  if (value === undefined) return usual
  const number = Number(value)
  if (value !== '' && Number.isInteger(number) && number >= 1 && number <= most) return number
  throw new Error(
    `-c ${name}=${String(value)}: a whole number of requests a second, from 1 to ${most}`,
  )
}

const optionsOf = (rate: number): MethodDeploymentOptions => ({
  throttlingRateLimit: rate,
  throttlingBurstLimit: 2 * rate,
})

/**
 * The stage's throttle, and those of single methods by `/path/METHOD`, as `-c throttle=`,
 * `-c throttleSearch=`, `-c throttleHealth=` and `-c throttleCreateApplication=` set them. `open`:
 * anybody may create applications. Throws on other values.
 */
export function throttlesOf(
  scope: IConstruct,
  open: boolean,
): MethodDeploymentOptions & { methodOptions: Record<string, MethodDeploymentOptions> } {
  const methodOptions: Record<string, MethodDeploymentOptions> = {}
  let stage: MethodDeploymentOptions = {}
  for (const [name, { operation, default: usual }] of Object.entries(throttles)) {
    const isOpenCreate = open && operation === 'create-application'
    const options = optionsOf(rateOf(scope, name, isOpenCreate ? openCreates : usual))
    if (operation === undefined) stage = options
    for (const route of routes)
      if (route.operation === operation)
        for (const method of methodsTaken(route)) methodOptions[`${route.path}/${method}`] = options
  }
  return { ...stage, methodOptions }
}
