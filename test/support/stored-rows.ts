import type { Range, Row, Value } from '../../functions/protocol/change.ts'
import type { Table } from '../../functions/protocol/ports.ts'
import type { Rows } from '../../functions/protocol/stores.ts'

const unused = async (): Promise<never> => {
  throw new Error('this test does not use it')
}

/** A table where nothing is on its way. */
export const tableWithoutWaiting: Table = {
  get: unused,
  put: unused,
  update: unused,
  delete: unused,
  transact: unused,
  batchGet: async (keys) => keys.map(() => undefined),
  query: async () => ({ items: [], next: undefined }),
}

function within<V extends Value>(rows: Row<V>[], range: Range): Row<V>[] {
  const found = rows.filter(
    ({ number }) => number > (range.after ?? 0) && number < (range.before ?? Number.POSITIVE_INFINITY),
  )
  return (range.order === 'asc' ? found : found.toReversed()).slice(0, range.limit)
}

/**
 * MySQL with these rows of one parent, ascending. Only what `list` asks of it since it turns backwards pages itself:
 * a range that begins where its order begins.
 */
export const storedRows = <V extends Value>(rows: Row<V>[]): Rows => ({
  show: unused,
  applicationNumber: unused,
  list: async (_parent, range) => within(rows, range) as never,
})
