import type { Clock, Log, Quarantine, Table, Timer } from '../protocol/ports.ts'
import type { Index, Outbox, Store } from '../protocol/stores.ts'
import type { Visibility } from './delivery.ts'

/** What persist needs of the world. `count`: metrics by name. */
export interface PersistPorts {
  store: Store
  outbox: Outbox
  index: Index
  table: Table
  clock: Clock & Timer
  quarantine: Quarantine
  visibility: Visibility
  log: Log
  count: (counts: {
    Stored?: number
    Collisions?: number
    Parked?: number
    Returned?: number
    IndexRefused?: number
  }) => void
}
