import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { callPatience, clientSettings, refuseStart } from './local-clients.ts'

/**
 * Starts a function and does not wait for its end. Throws CannotStart when there is none of this
 * name.
 */
export async function startFunction(endpoint: string, name: string): Promise<void> {
  const client = new LambdaClient(clientSettings(endpoint))
  const invocation = { FunctionName: name, InvocationType: 'Event', Payload: '{}' } as const
  await client
    .send(new InvokeCommand(invocation), callPatience())
    .catch((error: unknown) => refuseStart(endpoint, `start the function ${name}`, error))
}
