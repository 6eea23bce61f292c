import { Annotations, CfnParameter, type Stack } from 'aws-cdk-lib'
import { targetOf } from './target.ts'

const hashes = '[0-9a-f]{64}(,[0-9a-f]{64})*'

/**
 * SHA-256 of the keys that may create and list applications, hex, separated by commas; empty: anybody may. Told by
 * `-c operatorKeySha256=<hex>[,<hex>]` or `-c operatorKey=open`, locally by OPERATOR_KEY_SHA256 (open when unset).
 *
 * Untold on AWS it becomes a stack parameter without default: a synth goes on, with a warning that says what to do, and
 * a deploy is refused by the CDK CLI and by CloudFormation alike. An error at synth would make a plain `cdk synth`
 * fail, a warning alone would leave an API open whose owner never chose that. Throws when what is told is no hash.
 */
export function operatorKeySha256(stack: Stack): string {
  const open: unknown = stack.node.tryGetContext('operatorKey')
  if (open !== undefined && open !== 'open')
    throw new Error('-c operatorKey takes "open" only: the key itself must stay out of the deploy')
  const told: unknown =
    stack.node.tryGetContext('operatorKeySha256') ??
    (targetOf(stack) === 'local' ? (process.env.OPERATOR_KEY_SHA256 ?? '') : undefined)
  if (told === undefined || (told === '' && targetOf(stack) === 'aws')) return open ? '' : demanded(stack)
  if (open) throw new Error('-c operatorKey=open and -c operatorKeySha256 contradict each other')
  const value = String(told).toLowerCase()
  if (value !== '' && !new RegExp(`^${hashes}$`).test(value))
    throw new Error(
      'the operator key is told by its SHA-256, 64 hex digits; `npm run operator-key` prints one',
    )
  return value
}

/** A parameter that nobody gave a value yet. */
function demanded(stack: Stack): string {
  Annotations.of(stack).addWarningV2(
    'chat:operator-key',
    'no operator key is set, so a deploy will stop for the missing parameter OperatorKeySha256. Make a key by ' +
      '`npm run operator-key` and give its hash by -c operatorKeySha256=<hex>, or let anybody create applications ' +
      'by -c operatorKey=open',
  )
  return new CfnParameter(stack, 'OperatorKeySha256', {
    allowedPattern: hashes,
    description: 'SHA-256 of the operator key, from `npm run operator-key`',
    constraintDescription: '64 hex digits, several separated by commas',
  }).valueAsString
}
