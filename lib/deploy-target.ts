import type { IConstruct } from 'constructs'

/** `aws`, or `local` for a LocalStack-compatible endpoint that lacks some of AWS. */
export type DeployTarget = 'aws' | 'local'

/** The target that `-c target=...` sets, `aws` by default. Throws on any other word. */
export function deployTargetOf(scope: IConstruct): DeployTarget {
  const target: unknown = scope.node.tryGetContext('target') ?? 'aws'
  if (target === 'aws' || target === 'local') return target
  throw new Error(`-c target=${String(target)}: there are only "aws" and "local"`)
}
