import { Construct } from 'constructs'
import { transactionParts } from './calls.ts'
import { reservation } from './concurrency.ts'
import { everyMinute, everyMinuteTimeout } from './schedule.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/**
 * Sends again what was accepted and never arrived. Outside the VPC, because it must work while
 * MySQL does not.
 */
export class Sweep extends Construct {
  readonly function: ServiceFunction

  constructor(scope: Construct, id: string, { table, queues, settings }: StageProps) {
    super(scope, id)
    this.function = new ServiceFunction(this, 'sweep', {
      settings,
      description: 'Sends again what was accepted and never arrived',
      timeout: everyMinuteTimeout,
      memorySize: 512,
      ...reservation(settings, 'sweep'),
    })
      .bindTable(table, ['batchGet', ...transactionParts])
      .bindDueIndex(table)
      .bindQueueSend(queues.chat)
      .bindQueueState(queues.chat)
    everyMinute(this.function)
  }
}
