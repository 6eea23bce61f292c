import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { reservingCalls } from './calls.ts'
import { reservation } from './concurrency.ts'
import { functionsOf } from './function-entries.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/**
 * Creates: reserve a number in the table, send to the queue, respond. Outside the VPC and without a
 * grant on MySQL or OpenSearch, so that neither can hold a create up.
 */
export class Accept extends Construct {
  readonly functions: ServiceFunction[]

  constructor(scope: Construct, id: string, props: StageProps) {
    super(scope, id)
    this.functions = functionsOf('accept').map((operation) => {
      const accept = new ServiceFunction(this, operation, {
        settings: props.settings,
        description: 'Reserves a number, sends to the queue, responds',
        timeout: Duration.seconds(10),
        memorySize: 1024,
        ...reservation(props.settings, operation),
      })
        .bindTable(props.table, reservingCalls)
        .bindQueueSend(props.queues.chat)
        .bindQueueState(props.queues.chat)
      if (operation === 'create-application') accept.bindOperatorKey(props.operatorKeySha256)
      return accept
    })
  }
}
