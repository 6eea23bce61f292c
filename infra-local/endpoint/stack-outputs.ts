import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation'
import { callPatience, clientSettings, isNamed, refuseStart } from './local-clients.ts'

async function describe(endpoint: string, name: string): Promise<Stack | undefined> {
  const client = new CloudFormationClient(clientSettings(endpoint))
  try {
    const { Stacks } = await client.send(
      new DescribeStacksCommand({ StackName: name }),
      callPatience(),
    )
    return Stacks?.[0]
  } catch (error) {
    // CloudFormation's way of saying that there is no such stack.
    if (isNamed(error, 'ValidationError')) return undefined
    return refuseStart(endpoint, `describe the stack ${name}`, error)
  }
}

/**
 * The outputs of this CloudFormation stack by their keys, undefined unless the endpoint has it
 * whole. Throws CannotStart when the endpoint fails.
 */
export async function stackOutputs(
  endpoint: string,
  name: string,
): Promise<Record<string, string> | undefined> {
  const stack = await describe(endpoint, name)
  const { StackStatus: status, Outputs: outputs = [] } = stack ?? {}
  if (status !== 'CREATE_COMPLETE' && status !== 'UPDATE_COMPLETE') return undefined
  return Object.fromEntries(
    outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
  )
}
