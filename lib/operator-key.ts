import { Annotations, CfnParameter, type Stack, Validations } from 'aws-cdk-lib'
import { deployTargetOf } from './deploy-target.ts'

const hashes = '[0-9a-f]{64}(,[0-9a-f]{64})*'

/**
 * The SHA-256 of the keys that may create and list applications, in hexadecimal, separated by
 * commas; empty if anybody may. Set by `-c operatorKeySha256=<hex>[,<hex>]` or
 * `-c operatorKey=open`, locally by OPERATOR_KEY_SHA256 (open if unset).
 *
 * If it is not set on AWS, it becomes a stack parameter without a default. Then a synth goes on,
 * with a warning that says what to do, and a deploy is refused by the CDK CLI and by CloudFormation
 * alike. An error at synth would make a plain `cdk synth` fail. A warning alone would leave an API
 * open whose owner never chose that. Throws when the value is no hash.
 */
export const operatorKeySha256 = (stack: Stack): string =>
  keySet(stack) ?? parameter(stack).valueAsString

/**
 * Makes a deploy of this stack stop where `operatorKeySha256` would stop the next one. The stores
 * take half an hour to create, and the missing key should be asked for before that.
 */
export function insistOnOperatorKey(stack: Stack): void {
  if (keySet(stack) !== undefined) return
  parameter(stack)
  Validations.of(stack).acknowledge({
    id: 'CloudFormation-Validate::W2001',
    reason: 'the parameter is there to be missing',
  })
  Annotations.of(stack).addWarningV2(
    'chat:operator-key',
    'no operator key is set, so a deploy will stop for the missing parameter OperatorKeySha256. Make a key by ' +
      '`npm run operator-key` and give its hash by -c operatorKeySha256=<hex>, or let anybody create applications ' +
      'by -c operatorKey=open',
  )
}

/** The hashes as set by `-c` or the environment; undefined if they must be asked for. */
function keySet(stack: Stack): string | undefined {
  const open: unknown = stack.node.tryGetContext('operatorKey')
  if (open !== undefined && open !== 'open')
    throw new Error('-c operatorKey takes "open" only: the key itself must stay out of the deploy')
  const context: unknown = stack.node.tryGetContext('operatorKeySha256')
  if (context !== undefined) {
    if (open) throw new Error('-c operatorKey=open and -c operatorKeySha256 contradict each other')
    return checked(String(context))
  }
  if (open) return ''
  return deployTargetOf(stack) === 'local'
    ? checked(process.env.OPERATOR_KEY_SHA256 ?? '', true)
    : undefined
}

function checked(value: string, mayBeEmpty = false): string {
  const lower = value.toLowerCase()
  if ((mayBeEmpty && lower === '') || new RegExp(`^${hashes}$`).test(lower)) return lower
  throw new Error(
    'the operator key is given by its SHA-256, 64 hex digits; `npm run operator-key` prints one',
  )
}

/**
 * The hashes of the keys that may list applications. A list hands out every tenant's token, so
 * `-c listingKeySha256=<hex>[,<hex>]` sets keys for it that create nothing, and then those that
 * create list nothing. Unset, they are those that may create (`creating`), as in every deploy
 * before there was this setting. On AWS, where there is no key and anybody may create, nobody may
 * list (`none`, functions/api/operator-key.ts); a warning says so at synth. Locally the list stays
 * open. Throws when the value is no hash.
 */
export function listingKeySha256(stack: Stack, creating: string): string {
  const own: unknown = stack.node.tryGetContext('listingKeySha256')
  if (own !== undefined) return checked(String(own))
  if (creating !== '' || deployTargetOf(stack) === 'local') return creating
  Annotations.of(stack).addWarningV2(
    'chat:open',
    'anybody may create applications (-c operatorKey=open). Nobody can list them: that needs -c listingKeySha256=<hex> or -c operatorKeySha256=<hex>',
  )
  return 'none'
}

/** Whether strangers may create applications: on AWS with `-c operatorKey=open`. */
export const isOpenToStrangers = (stack: Stack, creating: string): boolean =>
  creating === '' && deployTargetOf(stack) === 'aws'

const parameter = (stack: Stack): CfnParameter =>
  new CfnParameter(stack, 'OperatorKeySha256', {
    allowedPattern: hashes,
    description: 'SHA-256 of the operator key, from `npm run operator-key`',
    constraintDescription: '64 hex digits, several separated by commas',
  })
