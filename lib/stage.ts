import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { Queues } from './queues.ts'
import type { Stores } from './stores.ts'

/** What a stage's functions are bound to. */
export interface StageProps {
  readonly table: Table
  readonly queues: Queues
  readonly stores: Stores
  readonly operatorKeySha256: string
}
