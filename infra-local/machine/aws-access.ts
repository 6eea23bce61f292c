import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { writePrivate } from './private-file.ts'
import type { Stack } from './stack.ts'

/** How the local AWS endpoint is reached: its address and the credentials that it takes. */
export interface AwsAccess {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
}

/**
 * Credentials for one start of an endpoint that checks them (guarded_endpoint.py): 128 random bits
 * in the access key id, which alone is compared.
 */
export const freshAccess = (endpoint: string): AwsAccess => ({
  endpoint,
  accessKeyId: `LOCAL${randomBytes(16).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(20).toString('hex'),
})

/** The anonymous credentials that an endpoint takes which is not ours, such as LocalStack. */
export const anyAccess = (endpoint: string): AwsAccess => ({
  endpoint,
  accessKeyId: 'test',
  secretAccessKey: 'test',
})

/** By this header a request is let in that is not signed. Other endpoints do not look at it. */
export const keyHeader = ({ accessKeyId }: AwsAccess) => ({ 'X-Local-Key': accessKeyId })

/** The variables by which SDKs, the AWS CLI and the CDK reach the endpoint. */
export const accessVariables = (access: AwsAccess) => ({
  AWS_ENDPOINT_URL: access.endpoint,
  AWS_ACCESS_KEY_ID: access.accessKeyId,
  AWS_SECRET_ACCESS_KEY: access.secretAccessKey,
})

/** The file of the stack by which a person's AWS CLI reaches the endpoint. */
export const accessFile = (stack: Pick<Stack, 'folder'>) => join(stack.folder, 'aws.config')

/**
 * Writes the access for a person's own tools, readable by its owner alone: as AWS_CONFIG_FILE it
 * has the address and the region, as AWS_SHARED_CREDENTIALS_FILE the credentials, which would
 * otherwise come from the person's own file.
 */
export function writeAccess(stack: Pick<Stack, 'folder'>, access: AwsAccess): void {
  const lines = [
    '[default]',
    'region = us-east-1',
    `endpoint_url = ${access.endpoint}`,
    `aws_access_key_id = ${access.accessKeyId}`,
    `aws_secret_access_key = ${access.secretAccessKey}`,
  ]
  writePrivate(accessFile(stack), `${lines.join('\n')}\n`)
}
