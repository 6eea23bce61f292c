import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { AwsAccess } from '../machine/aws-access.ts'
import { callPatience, clientSettings, isNamed, refuseStart } from './local-clients.ts'

const Name = '/chat-local/deployed'

/**
 * The fingerprint that `markDeployed` kept last, undefined if there is none. It is kept in the
 * endpoint and not in a file: an endpoint that was killed comes back with the state of its last
 * good stop, and so does the mark. Throws CannotStart when the endpoint fails.
 */
export async function deployedMark(access: AwsAccess): Promise<string | undefined> {
  const client = new SSMClient(clientSettings(access))
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name }), callPatience())
    return Parameter?.Value
  } catch (error) {
    if (isNamed(error, 'ParameterNotFound')) return undefined
    return refuseStart(access.endpoint, 'show a parameter', error)
  }
}

/** Throws CannotStart when the endpoint does not take it. */
export async function markDeployed(access: AwsAccess, fingerprint: string): Promise<void> {
  const client = new SSMClient(clientSettings(access))
  const parameter = { Name, Value: fingerprint, Type: 'String', Overwrite: true } as const
  await client
    .send(new PutParameterCommand(parameter), callPatience())
    .catch((error: unknown) => refuseStart(access.endpoint, 'take a parameter', error))
}
