import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { Accept } from './accept.ts'
import { Alarms } from './alarms.ts'
import { Api } from './api.ts'
import { Audit } from './audit.ts'
import { Docs } from './docs.ts'
import { Edit } from './edit.ts'
import { Firewall } from './firewall.ts'
import { pascalCase } from './function-entries.ts'
import { isProtected } from './kept.ts'
import { Migrate } from './migrate.ts'
import { isOpenToStrangers, listingKeySha256, operatorKeySha256 } from './operator-key.ts'
import { Persist } from './persist.ts'
import { Queues } from './queues.ts'
import { Read } from './read.ts'
import { Reindex } from './reindex.ts'
import type { ServiceFunction } from './service-function.ts'
import { namespaceOf, type Settings, tagsOf } from './settings.ts'
import type { StageProps } from './stage-props.ts'
import type { Stores } from './stores.ts'
import { Sweep } from './sweep.ts'
import { Tables } from './tables.ts'

/**
 * The chat system without its stores: API, functions, table, queues, alarms. The local deploy uses
 * all of it, so it has only what LocalStack-compatible endpoints know.
 */
export class ChatStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { stores, settings, ...props }: StackProps & { stores: Stores; settings: Settings },
  ) {
    super(scope, id, {
      description: 'Chat: API, functions, table, queues',
      terminationProtection: isProtected(settings),
      tags: tagsOf(settings),
      ...props,
    })
    const table = new Tables(this, 'Tables', settings).chat
    const queues = new Queues(this, 'Queues', settings)
    const creating = operatorKeySha256(this, settings)
    const listing = listingKeySha256(this, creating, settings)
    const keys = { operatorKeySha256: creating, listingKeySha256: listing }
    const bound: StageProps = { settings, table, queues, stores, ...keys }
    const accept = new Accept(this, 'Accept', bound)
    const edit = new Edit(this, 'Edit', bound)
    const read = new Read(this, 'Read', bound)
    const docs = new Docs(this, 'Docs', bound)
    const persist = new Persist(this, 'Persist', bound)
    const sweep = new Sweep(this, 'Sweep', bound)
    const reindex = new Reindex(this, 'Reindex', bound)
    const audit = new Audit(this, 'Audit', bound)
    const needing = [accept, edit, read, docs, persist, sweep, reindex, audit]
    const migrate = new Migrate(this, 'Migrate', bound, needing)

    const routed = [...accept.functions, ...edit.functions, ...read.functions, ...docs.functions]
    const open = isOpenToStrangers(creating, settings)
    const api = new Api(this, 'Api', routed, { settings, open })
    if (migrate.onDeploy) api.logAfter(migrate.onDeploy)
    const { requestsPerAddress } = settings
    if (requestsPerAddress !== 'none')
      new Firewall(this, 'Firewall', api.rest.deploymentStage, requestsPerAddress)
    const jobs = { persist: persist.function, sweep: sweep.function, reindex: reindex.function }
    const domain = stores.search?.domain
    const watched = { queues, ...jobs, api: api.rest, domain, namespace: namespaceOf(settings) }
    const alarms = new Alarms(this, 'Alarms', watched, settings)

    this.#output({
      TableName: table.tableName,
      QueueUrl: queues.chat.queueUrl,
      DeadLetterUrl: queues.dead.queueUrl,
      QuarantineUrl: queues.quarantine.queueUrl,
      RestApiId: api.rest.restApiId,
      StageName: api.rest.deploymentStage.stageName,
      AlarmTopicArn: alarms.topic.topicArn,
      ApiUrl: settings.target === 'aws' ? api.rest.url : localUrl(api),
    })
    const others = [api.noRoute, ...Object.values(jobs), migrate.function, audit.function]
    for (const each of [...routed, ...others]) this.#name(each)
  }

  #name(each: ServiceFunction): void {
    this.#output({ [`Function${pascalCase(each.node.id)}`]: each.functionName })
  }

  #output(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value })
  }
}

/**
 * Where a LocalStack-compatible endpoint serves a stage. The host name of AWS leads nowhere there.
 */
const localUrl = ({ rest }: Api): string =>
  `${process.env.AWS_ENDPOINT_URL ?? 'http://localhost:4566'}/restapis/${rest.restApiId}/${rest.deploymentStage.stageName}/_user_request_/`
