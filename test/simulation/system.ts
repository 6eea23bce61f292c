import { deepQueue } from '../../functions/limits/limits.ts'
import { type HeadCaps, headCaps } from '../../functions/protocol/table/head.ts'
import { keptMs } from '../../functions/protocol/table/request-writes.ts'
import { type OverlayLimits, overlayLimits } from '../../functions/read/find-messages.ts'
import { holdBackMs } from '../../functions/sweep/hold-back.ts'
import type { Instance } from './instance.ts'
import type { Parked } from './operator/quarantine.ts'
import { type MemoryStores, memoryStores } from './stores/mysql.ts'
import { type MemoryIndex, memoryIndex } from './stores/opensearch.ts'
import { type MemoryQueue, memoryQueue } from './stores/queue.ts'
import { type MemoryTable, memoryTable } from './stores/table.ts'
import { type WriteUnits, writeUnits } from './stores/write-units.ts'
import type { Faults } from './world/remote.ts'
import { type World, worldOf } from './world/world.ts'

/** What production bounds by constants; a schedule may set it lower, to get there sooner. */
interface Bounds {
  caps: HeadCaps
  keptMs: number
  overlayLimits: OverlayLimits
  deepQueue: number
  holdBackMs: number
}
/** The system under test: what all its processes share. Each gets its ports from ports.ts. */
export interface System {
  world: World
  faults: Faults
  table: MemoryTable
  units: WriteUnits
  queue: MemoryQueue
  stores: MemoryStores
  index: MemoryIndex
  quarantine: Parked[]
  bounds: Bounds
  /** How many requests there were: each is a process with a number of its own. */
  invocations: number
  /** The instances of functions that wait for a request, the last used one last. */
  instances: Instance[]
  /** Called where an instance asks a MySQL that it knows to be gone. */
  askedInVain: (label: string) => void
  /** Sums of the metrics that were sent, by name. */
  counted: Record<string, number>
}
const start = Date.UTC(2026, 0, 1)

/** A system whose chance comes from `seed`. */
export function systemOf(seed: number, faults: Faults): System {
  const world = worldOf(seed, start)
  const table = memoryTable(world)
  return {
    world,
    faults,
    table,
    units: writeUnits(world, table),
    queue: memoryQueue(world),
    stores: memoryStores(),
    // OpenSearch refreshes every second; a node under load takes its time.
    index: memoryIndex((refresh) => world.after(world.random() * world.random() * 5000, refresh)),
    quarantine: [],
    bounds: { caps: headCaps, keptMs, overlayLimits, deepQueue, holdBackMs },
    invocations: 0,
    instances: [],
    askedInVain: () => undefined,
    counted: {},
  }
}
