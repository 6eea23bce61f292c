import type { AwsAccess } from '../../infra-local/machine/aws-access.ts'

/** How the AWS endpoint of a stack is reached, from its variables. Throws where one is missing. */
export function accessOf(env: NodeJS.Dict<string>): AwsAccess {
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  } = env
  if (endpoint && accessKeyId && secretAccessKey) return { endpoint, accessKeyId, secretAccessKey }
  throw new Error('no stack runs: `npm test -- e2e` starts one')
}
