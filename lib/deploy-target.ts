import type { IConstruct } from 'constructs'

/** `aws`, or `local` for a LocalStack-compatible endpoint that lacks some of AWS. */
export type DeployTarget = 'aws' | 'local'

/** The target as told by `-c target=...`, `aws` when untold. Throws on any other word. */
export function deployTargetOf(scope: IConstruct): DeployTarget {
  const told: unknown = scope.node.tryGetContext('target') ?? 'aws'
  if (told === 'aws' || told === 'local') return told
  throw new Error(`-c target=${String(told)}: there are only "aws" and "local"`)
}
