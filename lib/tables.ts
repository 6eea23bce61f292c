import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { isProtected, keepAsSet } from './kept.ts'
import type { Settings } from './settings.ts'

/**
 * The table of the protocol: HEAD, REQ and waiting items under pk and sk, and beside them the items
 * `rate#` of the rate limit (functions/api/token-bucket.ts). It holds what clients got a 2xx for,
 * and what may be nowhere else yet. Any second of the last 35 days can be restored; `data` says
 * what happens when it is to be deleted.
 */
export class Tables extends Construct {
  readonly chat: Table

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id)
    this.chat = new Table(this, 'Chat', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiry',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isProtected(settings),
    })
    keepAsSet(this.chat, settings)
    // The index is sparse, because only requests that wait for the sweep have `due`. It has keys
    // only, because the sweep reads the item itself, strongly consistent.
    this.chat.addGlobalSecondaryIndex({
      indexName: 'due',
      partitionKey: { name: 'due_shard', type: AttributeType.NUMBER },
      sortKey: { name: 'due', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    })
  }
}
