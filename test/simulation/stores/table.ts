import { isDeepStrictEqual } from 'node:util'
import type {
  Delete,
  Item,
  Key,
  Put,
  Query,
  Update,
  Written,
} from '../../../functions/protocol/ports/table.ts'
import type { World } from '../world/world.ts'
import { checkUsed, copyOf, meets, updated } from './expressions.ts'

export const nameOf = (key: Key): string => `${key.pk}\n${key.sk}`
const keyOf = (item: Item): Key => ({ pk: String(item.pk), sk: String(item.sk) })
export const keyFor = (input: Put | Update | Delete): Key =>
  'Item' in input ? keyOf(input.Item) : input.Key

/** An item as a read returns it that asks for these attributes beside the key; unset: for all. */
export const projected = (item: Item, attributes: string[] | undefined): Item =>
  attributes === undefined
    ? item
    : Object.fromEntries(
        Object.entries(item).filter(([name]) => ['pk', 'sk', ...attributes].includes(name)),
      )

/**
 * DynamoDB in memory: one table, its index `due` that lags, its expiry that is late. Operations are
 * atomic.
 */
export interface MemoryTable {
  items: Map<string, Item>
  get(key: Key): Item | undefined
  put(input: Put): Written
  update(input: Update): Written
  delete(input: Delete): Written
  query(input: Query): { items: Item[]; next: Item | undefined }
  transact(inputs: (Put | Update | Delete)[]): boolean
  /** Deletes what has expired, as late as it likes. */
  expire(): void
  /** All of it lost, and these in its place. */
  replace(all: Item[]): void
  /** Called with every write of an item: the watcher of what must never fall. */
  watch: (before: Item | undefined, after: Item | undefined) => void
}

/** What a page of a query holds at most: small, so that paging is used. */
const pageItems = 50

export function memoryTable(world: World): MemoryTable {
  const items = new Map<string, Item>()
  /** The index as queries see it: keys and sort value, each write arrives late. */
  const index = new Map<string, Item>()

  const write = (key: Key, after: Item | undefined): void => {
    const name = nameOf(key)
    const before = items.get(name)
    if (after) items.set(name, after)
    else items.delete(name)
    table.watch(before, after)
    if (before?.due === after?.due && before?.due_shard === after?.due_shard) return
    world.after(world.random() * world.random() * 3000, () => {
      // Whatever the item is by then: the index never goes back.
      const now = items.get(name)
      if (now?.due === undefined || now.due_shard === undefined) index.delete(name)
      else index.set(name, { pk: key.pk, sk: key.sk, due: now.due, due_shard: now.due_shard })
    })
  }

  const apply = (
    input: Put | Update | Delete,
  ): { key: Key; after: Item | undefined; met: boolean; before: Item | undefined } => {
    const key = keyFor(input)
    checkUsed(
      input,
      input.ConditionExpression,
      'UpdateExpression' in input ? input.UpdateExpression : undefined,
    )
    const before = items.get(nameOf(key))
    const met = meets(input.ConditionExpression, before, input)
    if (!met) return { key, before, met, after: before }
    if ('Item' in input) return { key, before, met, after: copyOf(input.Item) }
    if ('UpdateExpression' in input) {
      return {
        key,
        before,
        met,
        after: updated(input.UpdateExpression, before ?? { pk: key.pk, sk: key.sk }, input),
      }
    }
    return { key, before, met, after: undefined }
  }

  const one = (input: Put | Update | Delete): Written => {
    const { key, before, met, after } = apply(input)
    if (!met) return { done: false, item: copyOf(before) }
    write(key, after)
    return { done: true, item: 'UpdateExpression' in input ? copyOf(after) : undefined }
  }

  const table: MemoryTable = {
    items,
    watch: () => undefined,
    get: (key) => copyOf(items.get(nameOf(key))),
    put: one,
    update: one,
    delete: one,
    query(input) {
      checkUsed(input, input.KeyConditionExpression)
      const from = input.IndexName === undefined ? items : index
      const sort = input.IndexName === undefined ? 'sk' : 'due'
      const found = [...from.values()]
        .filter((item) => meets(input.KeyConditionExpression, item, input))
        .sort((a, b) =>
          (a[sort] ?? '') < (b[sort] ?? '') ? -1 : (a[sort] ?? '') > (b[sort] ?? '') ? 1 : 0,
        )
      if (input.ScanIndexForward === false) found.reverse()
      const start = input.ExclusiveStartKey
      const at = start
        ? found.findIndex((item) => isDeepStrictEqual(keyOf(item), keyOf(start))) + 1
        : 0
      const page = found.slice(at, at + Math.min(input.Limit ?? pageItems, pageItems))
      const last = page.at(-1)
      const more = last !== undefined && at + page.length < found.length
      return {
        items: page.map((item) => copyOf(item)),
        next: more ? { ...keyOf(last) } : undefined,
      }
    },
    transact(inputs) {
      // All conditions before the first update: one that cannot be carried out is no error where
      // another's fails.
      const met = inputs.map((input) =>
        meets(input.ConditionExpression, items.get(nameOf(keyFor(input))), input),
      )
      if (met.includes(false)) return false
      const outcomes = inputs.map(apply)
      for (const { key, after } of outcomes) write(key, after)
      return true
    },
    replace(all) {
      items.clear()
      index.clear()
      for (const item of all) {
        const name = nameOf(keyOf(item))
        items.set(name, item)
        if (item.due !== undefined && item.due_shard !== undefined)
          index.set(name, { ...keyOf(item), due: item.due, due_shard: item.due_shard })
      }
    },
    expire() {
      for (const item of items.values()) {
        if (
          typeof item.expiry === 'number' &&
          item.expiry * 1000 < world.now &&
          world.random() < 0.3
        )
          write(keyOf(item), undefined)
      }
    },
  }
  return table
}
