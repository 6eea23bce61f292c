import { parentKey } from '../protocol/model/parent.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { DueHead, DueRequest } from './due.ts'

/** What a run of the sweep did. */
export interface Swept {
  /** REQs that were due. */
  due: number
  sent: number
  /** Held back, for the queue is deep. */
  held: number
  /** Not taken by the queue, not readable, or failed on the way; looked at again soon. */
  failed: number
  /** Never reserved, and older than any late call: they expire. */
  expired: number
  /** The queue did not answer: what is due stays so. */
  away: boolean
}

/** Counts and logs one thing that failed; the others go on. */
export function noteFailed(
  log: Log,
  swept: Swept,
  step: string,
  where: string,
  cause: unknown,
): void {
  swept.failed += 1
  log('sweep_failed', { step, where, error: String(cause) })
}

/**
 * Does `work` for each of `all`, whatever becomes of the others. Returns those for which it failed,
 * which are noted.
 */
export async function forEach<T extends DueRequest | DueHead>(
  log: Log,
  swept: Swept,
  step: string,
  all: T[],
  work: (one: T) => Promise<void>,
): Promise<Set<T>> {
  const outcomes = await Promise.allSettled(all.map(work))
  const failed = new Set<T>()
  for (const [i, one] of all.entries()) {
    const outcome = outcomes[i]
    if (outcome?.status !== 'rejected') continue
    failed.add(one)
    const { parent } = 'request' in one ? one.request : one
    noteFailed(log, swept, step, parentKey(parent), outcome.reason)
  }
  return failed
}
