import type { AwsAccess } from '../machine/aws-access.ts'
import { CannotStart } from '../machine/cannot-start.ts'

/** The settings of an SDK client for the local endpoint. */
export const clientSettings = ({ endpoint, accessKeyId, secretAccessKey }: AwsAccess) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId, secretAccessKey },
})

/** How long one call may take, all attempts of the SDK included. */
export const callPatience = () => ({ abortSignal: AbortSignal.timeout(15_000) })

/** Whether the endpoint refused a call with the error of this name. */
export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && error.name === name

/** Throws CannotStart: the endpoint did not do `what`. Its cause is the SDK's error. */
export function refuseStart(endpoint: string, what: string, cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause)
  throw new CannotStart(`the AWS endpoint at ${endpoint} did not ${what}: ${why.slice(0, 300)}`, {
    cause,
  })
}
