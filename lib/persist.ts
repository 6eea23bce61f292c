import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { transactionParts } from './calls.ts'
import { persistConcurrency, reservation } from './concurrency.ts'
import { persistTimeout } from './queues.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/** Consumes the queue: a batch, one MySQL transaction, one bulk to OpenSearch, then settle. */
export class Persist extends Construct {
  readonly function: ServiceFunction

  constructor(scope: Construct, id: string, { table, queues, stores, settings }: StageProps) {
    super(scope, id)
    this.function = new ServiceFunction(this, 'persist', {
      settings,
      description: 'Stores and indexes what was accepted',
      timeout: persistTimeout,
      memorySize: 1024,
      ...reservation(settings, 'persist'),
      network: stores.network,
    })
      .bindTable(table, [...transactionParts, 'delete'])
      .bindQueueConsume(queues.chat)
      .bindQuarantine(queues.quarantine)
      .bindMysql(stores, 'service')
      .bindSearch(stores, ['bulk'])
    // Each running batch holds one MySQL connection, so this bounds the connections too. A batch of
    // a FIFO queue has 10 messages at most.
    this.function.addEventSource(
      new SqsEventSource(queues.chat, {
        batchSize: 10,
        maxConcurrency: persistConcurrency,
        reportBatchItemFailures: true,
      }),
    )
  }
}
