import type { Sql } from '../mysql/db.ts'
import type { Item } from '../protocol/ports/table.ts'
import type { DocumentSource } from './documents.ts'

/** What the audit needs of the world. */
export interface AuditPorts {
  /** The table's items, with the attributes of table-state.ts. */
  scan(): AsyncIterable<Item[]>
  /** Messages in the queue, in flight or not. */
  queued(): Promise<number>
  sql: Sql
  /** undefined: the system runs without an index. */
  documents: DocumentSource | undefined
  pause(ms: number): Promise<void>
  now(): number
  /** Called before each part. */
  tell(progress: { rows: number; parents: number; queued: number; waiting: number }): void
}
