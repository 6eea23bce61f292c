import { Duration } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import {
  type Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { IDomain } from 'aws-cdk-lib/aws-opensearchservice'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import type { Metric as CountedMetric } from '../functions/protocol/ports/log.ts'
import type { Queues } from './queues.ts'
import type { ServiceFunction } from './service-function.ts'

export interface AlarmsProps {
  readonly queues: Queues
  readonly persist: ServiceFunction
  readonly sweep: ServiceFunction
  readonly reindex: ServiceFunction
  readonly api: RestApi
  readonly domain: IDomain | undefined
}

const minutes = (count: number) => ({ period: Duration.minutes(count) })

/**
 * What a person must hear of; all go to one topic, and to the address that `-c alarmEmail=...`
 * sets. Each is about one plain metric: local endpoints know neither composite alarms nor metric
 * math.
 */
export class Alarms extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { displayName: 'Chat alarms' })
    const email: unknown = this.node.tryGetContext('alarmEmail')
    if (email) this.topic.addSubscription(new EmailSubscription(String(email)))
    this.#queues(props.queues)
    this.#functions(props)
    this.#on(
      'Collisions',
      counted('Collisions'),
      'two creates claim one number: a counter was lost',
    )
    this.#on(
      'IndexRefused',
      counted('IndexRefused'),
      'the search index will never take a message as it is',
    )
    this.#on(
      'RateUnchecked',
      counted('RateUnchecked', 5),
      'more than 5 requests passed without a look at their rate',
      { threshold: 5 },
    )
    this.#on('ServerErrors', props.api.metricServerError(minutes(5)), 'more than 5 answers 5xx', {
      threshold: 5,
    })
    if (props.domain) this.#domain(props.domain)
  }

  #queues({ chat, dead, quarantine }: Queues): void {
    const visible = 'ApproximateNumberOfMessagesVisible'
    this.#on(
      'DeadLetters',
      dead.metric(visible, most),
      'a message was given up after 1,000 attempts',
    )
    this.#on(
      'Quarantined',
      quarantine.metric(visible, most),
      'a message can never be stored as it is',
    )
    // An outage of MySQL shows here first. Nothing is lost; the promise is 150 s after its end.
    this.#on(
      'OldestMessage',
      chat.metricApproximateAgeOfOldestMessage(most),
      'a message waits for 5 minutes',
      {
        threshold: 300,
      },
    )
  }

  #functions({ persist, sweep, reindex }: AlarmsProps): void {
    this.#on('PersistErrors', persist.metricErrors(minutes(5)), 'persist threw or ran out of time')
    for (const [name, job] of Object.entries({ Sweep: sweep, Reindex: reindex })) {
      this.#on(
        `${name}Errors`,
        job.metricErrors(minutes(15)),
        `${name} failed 3 times in 15 minutes`,
        {
          threshold: 2,
        },
      )
      // A schedule that is off is silent by itself.
      this.#on(
        `${name}Silent`,
        job.metricInvocations(minutes(15)),
        `${name} did not run for 15 minutes`,
        {
          threshold: 1,
          comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
          treatMissingData: TreatMissingData.BREACHING,
        },
      )
    }
  }

  #domain(domain: IDomain): void {
    this.#on(
      'SearchRed',
      domain.metricClusterStatusRed(minutes(5)),
      'a shard of the search index is not there',
    )
    this.#on(
      'SearchStorage',
      domain.metricFreeStorageSpace(minutes(5)),
      'less than 2 GiB left for the index',
      {
        threshold: 2048,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      },
    )
  }

  /**
   * An alarm as soon as one period is above the threshold (0 by default). Its description leads to
   * the section of its name in docs/operating.md.
   */
  #on(
    name: string,
    metric: Metric,
    description: string,
    how: Partial<CreateAlarmOptions> = {},
  ): Alarm {
    const alarm = metric.createAlarm(this, name, {
      alarmDescription: `${description} (docs/operating.md, ${name})`,
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...how,
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
    return alarm
  }
}

const most = { statistic: 'Maximum', period: Duration.minutes(1) }

/**
 * The functions count by a log line in CloudWatch's embedded metric format: no endpoint is needed
 * for it.
 */
const counted = (metricName: CountedMetric, minutes = 1) =>
  new Metric({ namespace: 'Chat', metricName, statistic: 'Sum', period: Duration.minutes(minutes) })
