import type { Item, Key, Table } from '../protocol/ports/table.ts'
import { names } from '../protocol/table/names.ts'
import { shards } from '../protocol/table/request.ts'

/** Keys that one query of one partition returns at most. */
const queryKeys = 50

/** One partition of the index while it is walked through. */
interface Shard {
  shard: number
  found: Item[]
  next: Item | undefined
  ended: boolean
}

async function refill(table: Table, now: number, shard: Shard): Promise<void> {
  if (shard.found.length > 0 || shard.ended) return
  const page = await table.query({
    IndexName: 'due',
    KeyConditionExpression: '#due_shard = :shard AND #due <= :now',
    ExpressionAttributeNames: names('due_shard', 'due'),
    ExpressionAttributeValues: { ':shard': shard.shard, ':now': now },
    Limit: queryKeys,
    ...(shard.next ? { ExclusiveStartKey: shard.next } : {}),
  })
  shard.found = page.items
  shard.next = page.next
  shard.ended = page.next === undefined
}

/**
 * Keys of the REQs that were due at `now`, oldest first over all partitions of the index, at most
 * `most()` at a time. Each partition is walked through once: what is sent on the way becomes due
 * at a later time, which lies behind the walk, however far the index lags.
 */
export async function* dueKeys(
  table: Table,
  now: number,
  most: () => number,
): AsyncGenerator<Key[]> {
  const all = Array.from(
    { length: shards },
    (_, shard): Shard => ({ shard, found: [], next: undefined, ended: false }),
  )
  for (;;) {
    await Promise.all(all.map((shard) => refill(table, now, shard)))
    const keys = takeOldest(all, most())
    if (keys.length === 0) return
    yield keys
  }
}

/** Takes the oldest keys, as long as every partition that has not ended shows what it has. */
function takeOldest(all: Shard[], most: number): Key[] {
  const keys: Key[] = []
  while (keys.length < most) {
    const live = all.filter(({ found }) => found.length > 0)
    const oldest = live.toSorted((a, b) => Number(a.found[0]?.due) - Number(b.found[0]?.due))[0]
    const item = oldest?.found.shift()
    if (item) keys.push({ pk: String(item.pk), sk: String(item.sk) })
    // A partition of which nothing is left here may hold what is older than all others have.
    if (!item || (oldest?.found.length === 0 && !oldest.ended)) break
  }
  return keys
}
