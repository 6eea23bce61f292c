import { Grant } from 'aws-cdk-lib/aws-iam'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Variable } from '../functions/clients/env.ts'
import { BundledFunction } from './bundled-function.ts'
import { type SearchCall, searchPaths, type TableCall, tableActions } from './calls.ts'
import { isRateLimited, type Settings } from './settings.ts'
import type { MysqlRole, Stores } from './stores.ts'
import type { ChatTable } from './tables.ts'

type Name = Variable | 'MYSQL_PASSWORD' | 'MYSQL_CA' | 'OPERATOR_KEY_SHA256'

/**
 * A function that reaches nothing until a `bind` method is called. Each of these sets the variable
 * together with the grant, so that neither is ever there without the other (the idea is from the
 * examples of Powertools for AWS Lambda).
 */
export class ServiceFunction extends BundledFunction {
  /** The calls of the table port that the function makes. */
  bindTable(table: ChatTable, calls: readonly TableCall[]): this {
    const actions = calls.map((call) => tableActions[call])
    return this.#set('TABLE_NAME', table.tableName).#allow(actions, table.tableArn)
  }

  /**
   * Where the rate of applications is limited: writes their buckets, and nothing else in the table.
   */
  bindRateLimit(table: ChatTable, settings: Settings): this {
    if (!isRateLimited(settings)) return this
    Grant.addToPrincipal({
      grantee: this,
      actions: ['dynamodb:UpdateItem'],
      resourceArns: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['rate#*'] } },
    }).assertSuccess()
    return this
  }

  /** Reads the whole table, as only an audit does. */
  bindTableScan(table: ChatTable): this {
    return this.#set('TABLE_NAME', table.tableName).#allow(['dynamodb:Scan'], table.tableArn)
  }

  /** Finds what is due by the index `due`. Reading what it finds needs bindTable, too. */
  bindDueIndex(table: ChatTable): this {
    return this.#set('TABLE_NAME', table.tableName).#allow(
      ['dynamodb:Query'],
      `${table.tableArn}/index/due`,
    )
  }

  bindQueueSend(queue: IQueue): this {
    return this.#set('QUEUE_URL', queue.queueUrl).#allow(['sqs:SendMessage'], queue.queueArn)
  }

  /** The event source grants receiving and deleting by itself; this adds the spacing of retries. */
  bindQueueConsume(queue: IQueue): this {
    return this.#set('QUEUE_URL', queue.queueUrl).#allow(
      ['sqs:ChangeMessageVisibility'],
      queue.queueArn,
    )
  }

  /** Whether the queue is there, and how many messages wait in it. */
  bindQueueState(queue: IQueue): this {
    return this.#set('QUEUE_URL', queue.queueUrl).#allow(['sqs:GetQueueAttributes'], queue.queueArn)
  }

  bindQuarantine(queue: IQueue): this {
    return this.#set('QUARANTINE_URL', queue.queueUrl).#allow(['sqs:SendMessage'], queue.queueArn)
  }

  bindMysql({ mysql }: Stores, role: MysqlRole): this {
    const user = mysql.users[role]
    mysql.cluster?.grantConnect(this, user)
    if (mysql.password) this.#set('MYSQL_PASSWORD', mysql.password)
    if (mysql.ca) this.#set('MYSQL_CA', mysql.ca)
    return this.#set('MYSQL_HOST', mysql.host)
      .#set('MYSQL_PORT', mysql.port)
      .#set('MYSQL_USER', user)
      .#set('MYSQL_DATABASE', mysql.database)
  }

  /**
   * The calls of OpenSearch's client that the function makes, each on its own paths. Where there is
   * no OpenSearch it sets nothing, and MySQL searches.
   */
  bindSearch({ search }: Stores, calls: readonly SearchCall[]): this {
    if (!search) return this
    this.#set('OPENSEARCH_URL', search.url)
    for (const call of search.domain ? calls : []) {
      const [method, path] = searchPaths[call]
      this.#allow([`es:ESHttp${method}`], `${search.domain?.domainArn}/${path}`)
    }
    return this
  }

  /** The hashes of the keys that are let in. Empty lets anybody in, `none` nobody. */
  bindOperatorKey(sha256: string): this {
    return this.#set('OPERATOR_KEY_SHA256', sha256)
  }

  #set(name: Name, value: string): this {
    this.addEnvironment(name, value)
    return this
  }

  #allow(actions: string[], resource: string): this {
    Grant.addToPrincipal({ grantee: this, actions, resourceArns: [resource] }).assertSuccess()
    return this
  }
}
