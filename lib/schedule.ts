import { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import type { ServiceFunction } from './service-function.ts'

/** A run ends before the next one begins. */
export const everyMinuteTimeout = Duration.seconds(55)

/**
 * Starts the function every minute. A run that failed, or found another one running, is not
 * repeated: the run of the next minute does the same work. A rule and not an EventBridge schedule,
 * because local endpoints run rules.
 */
export function everyMinute(target: ServiceFunction): Rule {
  target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) })
  return new Rule(target, 'EveryMinute', {
    description: `Starts ${target.node.id} every minute`,
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(target, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
  })
}
