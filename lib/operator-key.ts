import { Annotations, CfnParameter, type Stack, Validations } from 'aws-cdk-lib'
import type { Settings } from './settings.ts'
import { hashesPattern } from './settings-schema.ts'

/**
 * The SHA-256 of the keys that may create and list applications, in hexadecimal, separated by
 * commas; empty if anybody may. Set by `operatorKeySha256` or `operatorKey: 'open'`, locally by
 * OPERATOR_KEY_SHA256 (open if unset).
 *
 * If it is not set on AWS, it becomes a stack parameter without a default. Then a synth goes on,
 * with a warning that says what to do, and a deploy is refused by the CDK CLI and by CloudFormation
 * alike. An error at synth would make a plain `cdk synth` fail. A warning alone would leave an API
 * open whose owner never chose that. Throws when the value of the environment is no hash.
 */
export const operatorKeySha256 = (stack: Stack, settings: Settings): string =>
  keySet(settings) ?? parameter(stack).valueAsString

/**
 * Makes a deploy of this stack stop where `operatorKeySha256` would stop the next one. The stores
 * take half an hour to create, and the missing key should be asked for before that.
 */
export function insistOnOperatorKey(stack: Stack, settings: Settings): void {
  if (keySet(settings) !== undefined) return
  parameter(stack)
  Validations.of(stack).acknowledge({
    id: 'CloudFormation-Validate::W2001',
    reason: 'the parameter is there to be missing',
  })
  Annotations.of(stack).addWarningV2(
    'chat:operator-key',
    'no operator key is set, so a deploy will stop for the missing parameter OperatorKeySha256. Make a key by ' +
      '`npm run operator-key` and write its hash into chat.config.ts (operatorKeySha256), or let anybody create ' +
      "applications by operatorKey: 'open'",
  )
}

/** The hashes as set, or of the environment; undefined if they must be asked for. */
function keySet({ operatorKeySha256: hashes, operatorKey, target }: Settings): string | undefined {
  if (hashes !== undefined) return hashes.toLowerCase()
  if (operatorKey === 'open') return ''
  return target === 'local' ? checked(process.env.OPERATOR_KEY_SHA256 ?? '') : undefined
}

function checked(value: string): string {
  const lower = value.toLowerCase()
  if (lower === '' || new RegExp(`^${hashesPattern}$`).test(lower)) return lower
  throw new Error(
    'the operator key is given by its SHA-256, 64 hex digits; `npm run operator-key` prints one',
  )
}

/**
 * The hashes of the keys that may list applications. A list hands out every tenant's token, so
 * `listingKeySha256` sets keys for it that create nothing, and then those that
 * create list nothing. Unset, they are those that may create (`creating`), as in every deploy
 * before there was this setting. On AWS, where there is no key and anybody may create, nobody may
 * list (`none`, functions/api/operator-key.ts); a warning says so at synth. Locally the list stays
 * open.
 */
export function listingKeySha256(
  stack: Stack,
  creating: string,
  { target, listingKeySha256: own }: Settings,
): string {
  if (own !== undefined) return own.toLowerCase()
  if (creating !== '' || target === 'local') return creating
  Annotations.of(stack).addWarningV2(
    'chat:open',
    'anybody may create applications (operatorKey is open). Nobody can list them: that needs listingKeySha256 or operatorKeySha256',
  )
  return 'none'
}

/** Whether strangers may create applications: on AWS with `operatorKey: 'open'`. */
export const isOpenToStrangers = (creating: string, { target }: Settings): boolean =>
  creating === '' && target === 'aws'

const parameter = (stack: Stack): CfnParameter =>
  new CfnParameter(stack, 'OperatorKeySha256', {
    allowedPattern: hashesPattern,
    description: 'SHA-256 of the operator key, from `npm run operator-key`',
    constraintDescription: '64 hex digits, several separated by commas',
  })
