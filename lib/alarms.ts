import { Stack } from 'aws-cdk-lib'
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
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

  constructor(scope: Construct, id: string, watched: Watched, { alarmEmail, target }: Settings) {
    super(scope, id)
    const onAws = target === 'aws'
    this.topic = new Topic(this, 'Topic', { displayName: 'Chat alarms', enforceSSL: onAws })
    if (onAws) this.#letAlarmsPublish()
    if (alarmEmail) this.topic.addSubscription(new EmailSubscription(alarmEmail))
    for (const rule of alarmRules(watched)) this.#add(rule)
  }

  /**
   * A policy of a topic, here the one that wants TLS, takes the place of the usual one, by which
   * the alarms of the account may publish.
   */
  #letAlarmsPublish(): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
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
