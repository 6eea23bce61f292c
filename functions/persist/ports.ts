import type { Clock, Timer } from '../protocol/ports/clock.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Quarantine } from '../protocol/ports/queue.ts'
import type { Index, Outbox, Store } from '../protocol/ports/stores.ts'
import type { Table } from '../protocol/ports/table.ts'
import type { Visibility } from './delivery.ts'

/** What persist needs of the world. `count`: metrics by name. */
export interface PersistPorts {
  store: Store
  outbox: Outbox
  index: Index
  table: Table
  clock: Clock & Timer
  /** How long a settled request is remembered. */
  keptMs: number
  quarantine: Quarantine
  visibility: Visibility
  log: Log
  count: (counts: {
    Stored?: number
    Collisions?: number
    Parked?: number
    Quarantined?: number
    Returned?: number
  }) => void
}
