import { join } from 'node:path'
import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { Effect, Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { Variable } from '../functions/clients/env.ts'
import { deployTargetOf } from './deploy-target.ts'
import { isRateLimited, settingsOf } from './settings.ts'
import type { MysqlRole, Network, Stores } from './stores.ts'

type Name = Variable | 'MYSQL_PASSWORD' | 'OPERATOR_KEY_SHA256'

export interface ServiceFunctionProps {
  readonly description: string
  readonly timeout: Duration
  /** MB; 1,769 are one CPU. */
  readonly memorySize: number
  readonly network?: Network | undefined
  /** How many may run at once; unbounded when absent. */
  readonly concurrency?: number
}

const dist = join(import.meta.dirname, '..', 'dist')

/**
 * One function of functions/, by its operation's name: bundle, log group, readable name
 * (`chat-create-message`). It can reach nothing until a `bind` method is called, and each of these
 * sets the variable together with the grant, so that neither is ever there without the other (the
 * idea is from the examples of Powertools for AWS Lambda).
 */
export class ServiceFunction extends LambdaFunction {
  constructor(scope: Construct, operation: string, props: ServiceFunctionProps) {
    const functionName = `${Stack.of(scope).stackName}-${operation}`
    super(scope, operation, {
      functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: architecture(scope),
      code: Code.fromAsset(join(dist, operation), { exclude: ['*.map'] }),
      handler: 'index.handler',
      timeout: props.timeout,
      memorySize: props.memorySize,
      // Beside the function, not below it: below, its own id would hold the name twice.
      logGroup: new LogGroup(scope, `${operation}-logs`, {
        logGroupName: `/aws/lambda/${functionName}`,
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      ...(props.concurrency ? { reservedConcurrentExecutions: props.concurrency } : {}),
      ...props.network,
    })
    // Its managed policy lets a function make its log group. One that still runs while the stack is
    // deleted would make it again, kept for ever, and the next deploy would fail upon its name.
    this.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['logs:CreateLogGroup'],
        resources: [
          Stack.of(this).formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: `/aws/lambda/${functionName}*`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
    )
    for (const [name, value] of Object.entries(settingsOf(this))) this.addEnvironment(name, value)
  }

  bindTableRead(table: Table): this {
    return this.#set('TABLE_NAME', table.tableName).#allow(reading, table.tableArn)
  }

  bindTableReadWrite(table: Table): this {
    return this.#set('TABLE_NAME', table.tableName).#allow([...reading, ...writing], table.tableArn)
  }

  /**
   * The buckets of applications' rates, where these are limited: nothing else in the table can be
   * written by it.
   */
  bindRateLimit(table: Table): this {
    if (!isRateLimited(this)) return this
    Grant.addToPrincipal({
      grantee: this,
      actions: ['dynamodb:UpdateItem'],
      resourceArns: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['rate#*'] } },
    }).assertSuccess()
    return this
  }

  /** Reads the whole table, as only an audit does. */
  bindTableScan(table: Table): this {
    return this.#set('TABLE_NAME', table.tableName).#allow(['dynamodb:Scan'], table.tableArn)
  }

  /** What is due, by the index `due`; what it finds is read from the table. */
  bindDueIndex(table: Table): this {
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

  /** Only whether the queue is there. */
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
    return this.#set('MYSQL_HOST', mysql.host)
      .#set('MYSQL_PORT', mysql.port)
      .#set('MYSQL_USER', user)
      .#set('MYSQL_DATABASE', mysql.database)
  }

  /** Nothing is set where there is no OpenSearch: MySQL answers searches then. */
  bindSearchRead({ search }: Stores): this {
    if (!search) return this
    this.#set('OPENSEARCH_URL', search.url)
    // A search is a POST, and so is _bulk: the path keeps them apart.
    if (search.domain)
      this.#allow(['es:ESHttpGet', 'es:ESHttpHead'], `${search.domain.domainArn}/*`).#allow(
        ['es:ESHttpPost'],
        `${search.domain.domainArn}/*/_search`,
      )
    return this
  }

  bindSearchWrite({ search }: Stores): this {
    if (!search) return this
    this.#set('OPENSEARCH_URL', search.url)
    return search.domain ? this.#allow(searchWriting, `${search.domain.domainArn}/*`) : this
  }

  /** The hashes of the keys that are let in; empty: anybody, `none`: nobody. */
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

/** A transaction needs the rights of its parts, a batch read its own. */
const reading = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']
const writing = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:ConditionCheckItem',
]
const searchWriting = ['Get', 'Head', 'Post', 'Put', 'Delete'].map((method) => `es:ESHttp${method}`)

/** A container of the laptop's own architecture starts ten times faster than an emulated one. */
const architecture = (scope: Construct): Architecture =>
  deployTargetOf(scope) === 'local' && process.arch !== 'arm64'
    ? Architecture.X86_64
    : Architecture.ARM_64
