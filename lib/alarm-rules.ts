import { Duration } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import {
  ComparisonOperator,
  type CreateAlarmOptions,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { IDomain } from 'aws-cdk-lib/aws-opensearchservice'
import { deepQueue } from '../functions/limits/limits.ts'
import type { Metric as CountedMetric } from '../functions/protocol/ports/log.ts'
import type { Queues } from './queues.ts'
import type { ServiceFunction } from './service-function.ts'

/** What the alarms watch. */
export interface Watched {
  readonly queues: Queues
  readonly persist: ServiceFunction
  readonly sweep: ServiceFunction
  readonly reindex: ServiceFunction
  readonly api: RestApi
  readonly domain: IDomain | undefined
  /** Of what functions and access log count. */
  readonly namespace: string
}

type How = Pick<CreateAlarmOptions, 'threshold' | 'comparisonOperator' | 'treatMissingData'>

/**
 * One alarm. It goes off as soon as one period of the metric is above the threshold, which is 0 by
 * default, and not for a period without data.
 */
export interface AlarmRule extends Partial<How> {
  readonly name: string
  readonly metric: Metric
  /** What has happened when it goes off, as the person reads it. */
  readonly description: string
}

/**
 * All alarms there are. Each is about one plain metric: local endpoints know neither composite
 * alarms nor metric math.
 */
export const alarmRules = ({
  queues,
  api,
  domain,
  namespace,
  ...functions
}: Watched): AlarmRule[] => [
  ...queueRules(queues),
  ...functionRules(functions),
  ...countRules(namespace),
  {
    name: 'ServerErrors',
    metric: api.metricServerError(minutes(5)),
    description: 'more than 5 responses 5xx',
    threshold: 5,
  },
  ...(domain ? domainRules(domain) : []),
]

const minutes = (count: number) => ({ period: Duration.minutes(count) })
const most = { statistic: 'Maximum', ...minutes(1) }

const queueRules = ({ chat, dead, quarantine }: Queues): AlarmRule[] => [
  {
    name: 'DeadLetters',
    metric: dead.metric('ApproximateNumberOfMessagesVisible', most),
    description: 'a message was given up after 1,000 attempts',
  },
  {
    name: 'Quarantined',
    metric: quarantine.metric('ApproximateNumberOfMessagesVisible', most),
    description: 'a message can never be stored as it is: it is parked, and lies in quarantine',
  },
  {
    // An outage of MySQL shows here first. Nothing is lost, and no person is needed (P6).
    name: 'OldestMessage',
    metric: chat.metricApproximateAgeOfOldestMessage(most),
    description: 'a message waits for 5 minutes',
    threshold: 300,
  },
  {
    name: 'DeepQueue',
    metric: chat.metricApproximateNumberOfMessagesVisible(most),
    description: `more than ${deepQueue} messages wait: crowded chats are held back in the table`,
    threshold: deepQueue,
  },
]

const functionRules = ({
  persist,
  sweep,
  reindex,
}: Pick<Watched, 'persist' | 'sweep' | 'reindex'>): AlarmRule[] => [
  {
    name: 'PersistErrors',
    metric: persist.metricErrors(minutes(5)),
    description: 'persist threw or ran out of time',
  },
  ...scheduleRules('Sweep', sweep),
  ...scheduleRules('Reindex', reindex),
]

const scheduleRules = (name: string, job: ServiceFunction): AlarmRule[] => [
  {
    name: `${name}Errors`,
    metric: job.metricErrors(minutes(15)),
    description: `${name} failed 3 times in 15 minutes`,
    threshold: 2,
  },
  {
    // A schedule that is switched off gives no data, and no error.
    name: `${name}Silent`,
    metric: job.metricInvocations(minutes(15)),
    description: `${name} did not run for 15 minutes`,
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
  },
]

/** What the access log counts (lib/api.ts), by status: the gateway's own refusals, too. */
export const refusals = { Unauthorized: '401', TooManyRequests: '429' } as const

/**
 * The functions count by a log line in CloudWatch's embedded metric format, which needs no
 * endpoint.
 */
const countRules = (namespace: string): AlarmRule[] => {
  const counted = (metricName: CountedMetric | keyof typeof refusals, count = 1) =>
    new Metric({ namespace, metricName, statistic: 'Sum', ...minutes(count) })
  return [
    {
      name: 'Collisions',
      metric: counted('Collisions'),
      description: 'two creates claim one number: a counter was lost',
    },
    {
      name: 'IndexRefused',
      metric: counted('IndexRefused'),
      description: 'the search index will never take a message as it is',
    },
    {
      name: 'RateUnchecked',
      metric: counted('RateUnchecked', 5),
      description: 'more than 5 requests passed without a look at their rate',
      threshold: 5,
    },
    {
      name: 'Unauthorized',
      metric: counted('Unauthorized', 5),
      description: 'more than 20 requests without the operator key that they need',
      threshold: 20,
    },
    {
      name: 'TooManyRequests',
      metric: counted('TooManyRequests', 5),
      description: 'more than 1,000 requests above a rate: of an application, or of all',
      threshold: 1000,
    },
  ]
}

const domainRules = (domain: IDomain): AlarmRule[] => [
  {
    name: 'SearchRed',
    metric: domain.metricClusterStatusRed(minutes(5)),
    description: 'a shard of the search index is not there',
  },
  {
    name: 'SearchStorage',
    metric: domain.metricFreeStorageSpace(minutes(5)),
    description: 'less than 2 GiB left for the index',
    threshold: 2048,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  },
]
