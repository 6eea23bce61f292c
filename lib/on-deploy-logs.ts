import { RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

const id = 'OnDeployLogs'

/**
 * The log group of the one function that makes the calls of a deploy (AwsCustomResource). The
 * library's own would be kept for ever, also after the stack.
 */
export function onDeployLogs(scope: Construct): LogGroup {
  const made = scope.node.tryFindChild(id)
  if (made instanceof LogGroup) return made
  return new LogGroup(scope, id, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  })
}
