import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { AwsAccess } from '../machine/aws-access.ts'
import { callPatience, clientSettings, refuseStart } from './local-clients.ts'

/**
 * Starts a function and does not wait for its end. Throws CannotStart when there is none of this
 * name.
 */
export async function startFunction(access: AwsAccess, name: string): Promise<void> {
  const client = new LambdaClient(clientSettings(access))
  const invocation = { FunctionName: name, InvocationType: 'Event', Payload: '{}' } as const
  await client
    .send(new InvokeCommand(invocation), callPatience())
    .catch((error: unknown) => refuseStart(access.endpoint, `start the function ${name}`, error))
}
