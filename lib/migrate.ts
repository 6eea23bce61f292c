import { createHash } from 'node:crypto'
import { Duration, Token } from 'aws-cdk-lib'
import { Trigger } from 'aws-cdk-lib/triggers'
import { Construct } from 'constructs'
import { type Migration, migrations } from '../functions/mysql/migrations/index.ts'
import { ServiceFunction } from './service-function.ts'
import type { StageProps } from './stage-props.ts'

/**
 * A name of what a deploy runs the migration for: the migrations themselves, and `stores`, which
 * say what they are for. Of these only what a person has named counts: the names that
 * CloudFormation gives are not known here.
 */
export function migrationKey(migrations: readonly Migration[], stores: string[]): string {
  const named = stores.filter((name) => !Token.isUnresolved(name))
  return createHash('sha256')
    .update(JSON.stringify([migrations, named]))
    .digest('hex')
    .slice(0, 12)
}

/**
 * Brings schema, search index and counters up to date. On AWS a deploy runs it where there are new
 * migrations, before any function of `before` is replaced, and a failure stops the deploy. Locally
 * `npm start` does that work itself, at every start, because the engines may have been wiped in
 * between.
 *
 * The trigger's id is made of the migrations. So it runs as a resource that is created. Nothing
 * else runs it: not a deploy without new migrations, which must be possible while MySQL is away,
 * and not a rollback, which only deletes what it has created. (With one id for all, a rollback
 * updates the trigger, which runs the old migration; if MySQL is away that fails, and the stack is
 * stuck in UPDATE_ROLLBACK_FAILED; docs/decisions/0055.)
 */
export class Migrate extends Construct {
  readonly function: ServiceFunction
  /** Its run in a deploy; undefined locally. */
  readonly onDeploy: Trigger | undefined

  constructor(scope: Construct, id: string, props: StageProps, before: Construct[]) {
    super(scope, id)
    const { table, stores, settings } = props
    const timeout = Duration.minutes(14)
    this.function = new ServiceFunction(this, 'migrate', {
      settings,
      description: 'Brings schema, search index and counters up to date',
      timeout,
      memorySize: 1024,
      network: stores.network,
    })
      .bindTable(table, ['get', 'batchGet', 'query', 'put', 'update'])
      .bindMysql(stores, 'migration')
      .bindSearch(stores, ['indices.create'])
    // A Trigger invokes it through a function of its own outside the VPC. One inside has no way to
    // respond to CloudFormation.
    const { host, database } = stores.mysql
    const key = migrationKey(migrations, [table.tableName, host, database])
    if (settings.target === 'aws')
      this.onDeploy = new Trigger(this, `OnDeploy${key}`, {
        handler: this.function,
        timeout,
        executeBefore: before,
        executeOnHandlerChange: false,
      })
  }
}
