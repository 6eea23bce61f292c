import type { Queues } from './queues.ts'
import type { Settings } from './settings.ts'
import type { Stores } from './stores.ts'
import type { ChatTable } from './tables.ts'

/** What the functions of a stage are bound to. */
export interface StageProps {
  readonly settings: Settings
  readonly table: ChatTable
  readonly queues: Queues
  readonly stores: Stores
  /** See lib/operator-key.ts: who may create applications, and who may list them. */
  readonly operatorKeySha256: string
  readonly listingKeySha256: string
}
