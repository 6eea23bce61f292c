import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import { type AlarmRule, alarmRules, type Watched } from './alarm-rules.ts'
import type { Settings } from './settings.ts'

/**
 * What a person must hear of. All alarms go to one topic, and to the address of the setting
 * `alarmEmail`.
 */
export class Alarms extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, watched: Watched, { alarmEmail }: Settings) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { displayName: 'Chat alarms' })
    if (alarmEmail) this.topic.addSubscription(new EmailSubscription(alarmEmail))
    for (const rule of alarmRules(watched)) this.#add(rule)
  }

  /** The description of an alarm leads to the section of its name in docs/operating.md. */
  #add({ name, metric, description, ...how }: AlarmRule): void {
    const alarm = metric.createAlarm(this, name, {
      alarmDescription: `${description} (docs/operating.md, ${name})`,
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...how,
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
  }
}
