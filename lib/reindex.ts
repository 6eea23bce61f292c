import { Construct } from 'constructs'
import { reservation } from './concurrency.ts'
import { everyMinute, everyMinuteTimeout } from './schedule.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/** Indexes what is stored and not yet searchable. */
export class Reindex extends Construct {
  readonly function: ServiceFunction

  constructor(scope: Construct, id: string, { stores, settings }: StageProps) {
    super(scope, id)
    this.function = new ServiceFunction(this, 'reindex', {
      settings,
      description: 'Indexes what is stored and not yet searchable',
      timeout: everyMinuteTimeout,
      memorySize: 512,
      ...reservation(settings, 'reindex'),
      network: stores.network,
    })
      .bindMysql(stores, 'service')
      .bindSearch(stores, [
        'bulk',
        'indices.create',
        'indices.get',
        'indices.putMapping',
        'indices.updateAliases',
      ])
    everyMinute(this.function)
  }
}
