import type { Value, ValueOf } from '../../kinds/kinds.ts'
import { appKey } from '../model/app-key.ts'
import { ownNumber } from '../model/entry.ts'
import { applicationParent, type Parent } from '../model/parent.ts'
import type { Known, Range } from '../model/row.ts'
import { type Head, headKey, lastEditOf, readHead } from '../table/head.ts'
import { type ReadPorts, readOne } from './read-one.ts'

/** What an application is to its chats; undefined for the value of another kind. */
const ownParent = (value: Value) =>
  'token' in value ? applicationParent(appKey(value.token)) : undefined

/** What is known of applications, or the beginning of it, with the last number and why it ends. */
type WithOwnEdits<V extends Value> =
  | { known: Known<V>[] }
  | { known: Known<V>[]; covered: number; broken: { cause: unknown } }

/**
 * What is known of applications, by what their own HEADs count: the root knows nothing of their
 * edits. An image that was read after the row and counts no later edit than the row's rev proves
 * that there is none; so only what was just edited is read again. `head` is the root's image. It
 * ends before the first application that cannot be read: MySQL is away, and has its last edit.
 */
export async function withOwnEdits<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  { order }: Pick<Range, 'order'>,
  head: Head,
  known: Known<ValueOf[K]>[],
): Promise<WithOwnEdits<ValueOf[K]>> {
  const parents = known.map(({ row }) => ownParent(row.value))
  const some = parents.filter((one) => one !== undefined)
  if (some.length === 0) return { known }
  const images = await ports.table.batchGet(some.map(headKey))
  const imageOf = new Map(some.map((one, i) => [one.app, images[i]]))
  const outcomes = await Promise.allSettled(
    known.map(async (one, i) => {
      const own = parents[i]
      const image = own && imageOf.get(own.app)
      if (!own || !image) return one
      const ownHead = readHead(image)
      if ((lastEditOf(ownHead, ownNumber) ?? 0) <= one.row.rev) return one
      const { number } = one.row
      return (await readOne<K>(ports, parent, number, head, { parent: own, head: ownHead })) ?? one
    }),
  )
  const all: Known<ValueOf[K]>[] = []
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') all.push(outcome.value)
    else {
      const number = known[i]?.row.number ?? 0
      const covered = order === 'asc' ? number - 1 : number + 1
      return { known: all, covered, broken: { cause: outcome.reason } }
    }
  }
  return { known: all }
}
