import type { Delete, Item, Put, Update } from '../../../functions/protocol/ports/table.ts'
import { Throttled } from '../world/remote.ts'
import type { World } from '../world/world.ts'
import { keyFor, type MemoryTable, nameOf } from './table.ts'

/** What AWS gives each partition key of a table a second, whatever the table's own capacity. */
export const unitsOnAws = 1000

/** The write capacity of a table's partition keys. */
export interface WriteUnits {
  perSecond: number
  /**
   * Does a write, or the writes of a transaction, and takes what it costs. Throws Throttled, with
   * nothing done, where a key has no units left.
   */
  spend<T>(inputs: (Put | Update | Delete)[], write: () => T): T
}

/** One for each KB that is begun; one also where there is no item. */
const unitsOf = (item: Item | undefined): number =>
  item ? Math.ceil(Buffer.byteLength(JSON.stringify(item)) / 1024) : 1

/**
 * As DynamoDB counts: a write costs what the larger of the item before and after does; a refused
 * one what it found, or would have put; in a transaction each twice that. Every key has a token
 * bucket in virtual time, full with the units of a second. Who finds one left may take more than
 * there are: so also the largest item can be written.
 */
export function writeUnits(world: World, { items }: Pick<MemoryTable, 'items'>): WriteUnits {
  const buckets = new Map<string, { left: number; at: number }>()
  const bucketOf = (pk: string, perSecond: number) => {
    const bucket = buckets.get(pk) ?? { left: perSecond, at: world.now }
    buckets.set(pk, bucket)
    bucket.left = Math.min(perSecond, bucket.left + ((world.now - bucket.at) / 1000) * perSecond)
    bucket.at = world.now
    return bucket
  }
  const units: WriteUnits = {
    perSecond: unitsOnAws,
    spend(inputs, write) {
      const transaction = inputs.length > 1
      const writes = inputs.map((input) => {
        const name = nameOf(keyFor(input))
        return {
          input,
          name,
          before: items.get(name),
          bucket: bucketOf(keyFor(input).pk, units.perSecond),
        }
      })
      // Of a transaction the client learns only that it was cancelled.
      if (writes.some(({ bucket }) => bucket.left < 1))
        throw new Throttled(transaction ? 'TransactionCanceledException' : 'ThrottlingException')
      const done = write()
      for (const { input, name, before, bucket } of writes) {
        const versions = [before, items.get(name), 'Item' in input ? input.Item : undefined]
        bucket.left -= Math.max(...versions.map(unitsOf)) * (transaction ? 2 : 1)
      }
      return done
    },
  }
  return units
}
