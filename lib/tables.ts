import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
} from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { isProtected, keepAsSet } from './kept.ts'
import type { Settings } from './settings.ts'

/** What functions need of the table. */
export type ChatTable = Pick<ITable, 'tableName' | 'tableArn'>

/**
 * The table of the protocol: HEAD, REQ and waiting items under pk and sk, and beside them the items
 * `rate#` of the rate limit (functions/api/token-bucket.ts). It holds what clients got a 2xx for,
 * and what may be nowhere else yet. Any second of the last 35 days can be restored; `data` says
 * what happens when it is to be deleted.
 */
export class Tables extends Construct {
  /** The one that the functions use: the stack's own, or the one that the settings adopt. */
  readonly chat: ChatTable

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id)
    // A new table takes about 4,000 writes a second, and more only when it has grown.
    const writeUnitsPerSecond = settings.warmWritesPerSecond
    const warm = writeUnitsPerSecond ? { warmThroughput: { writeUnitsPerSecond } } : {}
    const own = new Table(this, 'Chat', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiry',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isProtected(settings),
      ...warm,
    })
    keepAsSet(own, settings)
    // The index is sparse, because only requests that wait for the sweep have `due`. It has keys
    // only, because the sweep reads the item itself, strongly consistent.
    own.addGlobalSecondaryIndex({
      indexName: 'due',
      partitionKey: { name: 'due_shard', type: AttributeType.NUMBER },
      sortKey: { name: 'due', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
      ...warm,
    })
    const adopted = settings.adopt?.table
    this.chat = adopted ? Table.fromTableName(this, 'Adopted', adopted) : own
  }
}
