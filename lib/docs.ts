import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { operationsOf } from './function-entries.ts'
import { ServiceFunction } from './service-function.ts'

/**
 * The reference, the explanations of problems, the limits: nothing but what is deployed with them,
 * so no binding.
 */
export class Docs extends Construct {
  readonly functions: ServiceFunction[]

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.functions = operationsOf('docs').map(
      (operation) =>
        new ServiceFunction(this, operation, {
          description: 'Answers what was deployed with it',
          timeout: Duration.seconds(5),
          memorySize: 512,
        }),
    )
  }
}
