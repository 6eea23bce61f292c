import { type AwsAccess, accessVariables } from './aws-access.ts'
import { childEnvironment } from './environment.mjs'

/**
 * The environment of everything that talks to the local endpoint. It has nothing of the person's
 * own AWS settings, because a profile would send the deploy to a real account, and instead those
 * of the local endpoint; without one, credentials that no account has.
 */
export function localEnvironment(access?: AwsAccess): NodeJS.ProcessEnv {
  return {
    ...childEnvironment(),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(access ? accessVariables(access) : {}),
  }
}
