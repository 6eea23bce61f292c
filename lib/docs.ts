import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { functionsOf } from './function-entries.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/**
 * The reference, the explanations of problems, the limits: nothing but what is deployed with the
 * function, so it has no binding.
 */
export class Docs extends Construct {
  readonly functions: ServiceFunction[]

  constructor(scope: Construct, id: string, { settings }: Pick<StageProps, 'settings'>) {
    super(scope, id)
    this.functions = functionsOf('docs').map(
      (name) =>
        new ServiceFunction(this, name, {
          settings,
          description: 'Returns the reference, the problems and the limits',
          timeout: Duration.seconds(5),
          memorySize: 512,
        }),
    )
  }
}
