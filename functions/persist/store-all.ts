import { parentKey } from '../protocol/model/parent.ts'
import type { Change } from '../protocol/model/reservation.ts'
import type { Store } from '../protocol/ports/stores.ts'
import { classify, reasonOf } from './failures.ts'

/** What became of each change. `later` and `refused` wrote nothing; a collision neither. */
export interface StoreOutcome {
  stored: Change[]
  collided: Change[]
  refused: { change: Change; reason: string }[]
  later: { change: Change; reason: string }[]
}

type Attempt = { collided: Change[] } | { error: unknown }

const nothing = (): StoreOutcome => ({ stored: [], collided: [], refused: [], later: [] })

async function attempt(store: Store, changes: Change[]): Promise<Attempt> {
  try {
    return { collided: await store.store(changes) }
  } catch (error) {
    return { error }
  }
}

/**
 * A data error is the fault of one change. So the batch is divided by parents, for chats must not
 * suffer from each other; what has one parent, into single changes.
 */
function parts(changes: Change[]): Change[][] {
  const groups = [...Map.groupBy(changes, (change) => parentKey(change.parent)).values()]
  return groups.length > 1 ? groups : changes.map((change) => [change])
}

/**
 * Part after part, in order. Once MySQL is away for one, the others are for later as well, instead
 * of each finding that out.
 */
async function storeParts(
  store: Store,
  changes: Change[],
  late: () => boolean,
): Promise<StoreOutcome> {
  const whole = nothing()
  for (const part of parts(changes)) {
    const [away] = whole.later
    if (away) {
      whole.later.push(...part.map((change) => ({ change, reason: away.reason })))
      continue
    }
    const outcome = await storeAll(store, part, late)
    whole.stored.push(...outcome.stored)
    whole.collided.push(...outcome.collided)
    whole.refused.push(...outcome.refused)
    whole.later.push(...outcome.later)
  }
  return whole
}

/**
 * Stores all changes in one transaction. If that fails because of the connection or the moment
 * (also a server that was demoted and only reads: 1290, 1792, 1836), it is tried once more on a new
 * connection, unless it is `late`; then the changes are for later. After a data error it goes part
 * by part, until the change that causes it is alone. Never rejects; each change is in one list.
 */
export async function storeAll(
  store: Store,
  changes: Change[],
  late: () => boolean = () => false,
): Promise<StoreOutcome> {
  if (changes.length === 0) return nothing()
  if (late())
    return { ...nothing(), later: changes.map((change) => ({ change, reason: 'out of time' })) }
  let result = await attempt(store, changes)
  // When it is late this batch has been given up with its connection; a new one would be the next
  // invocation's.
  if ('error' in result && classify(result.error) === 'later' && !late()) {
    store.renew()
    result = await attempt(store, changes)
  }
  if ('collided' in result) {
    const collided = new Set(result.collided)
    return {
      ...nothing(),
      stored: changes.filter((change) => !collided.has(change)),
      collided: result.collided,
    }
  }
  const reason = reasonOf(result.error)
  const [only, ...more] = changes
  if (classify(result.error) === 'later')
    return { ...nothing(), later: changes.map((change) => ({ change, reason })) }
  if (only && more.length === 0) return { ...nothing(), refused: [{ change: only, reason }] }
  return storeParts(store, changes, late)
}
