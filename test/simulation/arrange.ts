import { root } from '../../functions/protocol/model/parent.ts'
import { headCaps } from '../../functions/protocol/table/head.ts'
import { putHead } from '../../functions/protocol/table/head-writes.ts'
import { keptMs } from '../../functions/protocol/table/request-writes.ts'
import { overlayLimits } from '../../functions/read/find-messages.ts'
import type { Known } from './checks/calm.ts'
import { historyOf } from './checks/history.ts'
import { ledgerOf } from './checks/ledger.ts'
import { pick } from './clients/acting.ts'
import { unitsOnAws } from './stores/write-units.ts'
import { systemOf } from './system.ts'

export interface Options {
  seed: number
  /** The share of remote calls that something happens to. */
  faults: number
  /** How late a call may arrive whose sender has given it up, ms. */
  strayMs?: number
  /** How long a dependency may be away, ms. */
  longestMs?: number
}

/** A system, what is known of what was done to it, and the options of its schedule. */
export interface Stage extends Known {
  options: Required<Options>
}

export const minute = 60_000

/** Of HEADs: as in production, or so small that a few requests move entries out or are refused. */
const caps = [headCaps, { soft: 1, hard: 64 }, { soft: 3, hard: 12 }]
/**
 * Write units a second of each partition key: those of AWS, which so few clients never use up; as
 * many as just settle a batch; or fewer.
 */
const unitsPerSecond = [unitsOnAws, unitsOnAws, 10, 3]
/**
 * How long keys are remembered: mostly longer than a schedule lasts, or so short that they expire
 * and are used anew in it.
 */
const keptFor = [keptMs, keptMs, 10 * minute]
/**
 * Rows that a search takes into its overlay: as in production, or so few that MySQL has to search
 * instead of the index.
 */
const overlayRows = [overlayLimits.rows, overlayLimits.rows, 2]
/** A queue that counts as deep with so few messages that a chat is held back in a schedule. */
const shallow = { deepQueue: 4, holdBackMs: 40_000 }
/**
 * Makes the system of a schedule, and chooses what differs from schedule to schedule beside what
 * fails.
 */
export function arrange(options: Required<Options>): Stage {
  const { seed, faults, strayMs } = options
  const system = systemOf(seed, { rate: faults, outages: [], strayMs })
  const { world, units, bounds } = system
  const history = historyOf()
  bounds.caps = pick(world.random, caps) ?? headCaps
  bounds.overlayLimits = {
    ...overlayLimits,
    rows: pick(world.random, overlayRows) ?? overlayLimits.rows,
  }
  bounds.keptMs = pick(world.random, keptFor) ?? keptMs
  // Not by chance: a draw would move all that follow it.
  if (seed % 3 === 0) Object.assign(bounds, shallow)
  units.perSecond = pick(world.random, unitsPerSecond) ?? unitsOnAws
  world.note(`a key of the table takes ${units.perSecond} write units a second`)
  system.queue.outOfOrder = (message) =>
    history.violations.push(`${message.deduplication}: acknowledged out of order`)
  system.askedInVain = (how) => history.violations.push(`a request asks MySQL ${how} (P6)`)
  system.table.put(putHead(root))
  return { system, history, ledger: ledgerOf(system, history), options }
}
