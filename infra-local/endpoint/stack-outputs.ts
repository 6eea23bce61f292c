import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation'
import type { AwsAccess } from '../machine/aws-access.ts'
import { callPatience, clientSettings, isNamed, refuseStart } from './local-clients.ts'

async function describe(access: AwsAccess, name: string): Promise<Stack | undefined> {
  const client = new CloudFormationClient(clientSettings(access))
  try {
    const { Stacks } = await client.send(
      new DescribeStacksCommand({ StackName: name }),
      callPatience(),
    )
    return Stacks?.[0]
  } catch (error) {
    // CloudFormation's way of saying that there is no such stack.
    if (isNamed(error, 'ValidationError')) return undefined
    return refuseStart(access.endpoint, `describe the stack ${name}`, error)
  }
}

/**
 * The outputs of this CloudFormation stack by their keys, undefined unless the endpoint has it
 * whole. Throws CannotStart when the endpoint fails.
 */
export async function stackOutputs(
  access: AwsAccess,
  name: string,
): Promise<Record<string, string> | undefined> {
  const stack = await describe(access, name)
  const { StackStatus: status, Outputs: outputs = [] } = stack ?? {}
  if (status !== 'CREATE_COMPLETE' && status !== 'UPDATE_COMPLETE') return undefined
  return Object.fromEntries(
    outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  )
}
