import type { ValueOf } from '../../functions/kinds/kinds.ts'
import type { Parent } from '../../functions/protocol/model/parent.ts'
import type { Range, Row } from '../../functions/protocol/model/row.ts'
import type { Rows } from '../../functions/protocol/ports/stores.ts'
import type { Table } from '../../functions/protocol/ports/table.ts'

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

async function pageOf<K extends Parent['kind']>(
  rows: Row<ValueOf[K]>[],
  range: Range,
): Promise<Row<ValueOf[K]>[]> {
  const found = rows.filter(
    ({ number }) =>
      number > (range.after ?? 0) && number < (range.before ?? Number.POSITIVE_INFINITY),
  )
  return (range.order === 'asc' ? found : found.toReversed()).slice(0, range.limit)
}

/** MySQL with these rows below one parent of each kind, in ascending order. */
export const storedRows = (rows: { [K in Parent['kind']]: Row<ValueOf[K]>[] }): Rows => ({
  show: unused,
  applicationNumber: unused,
  list: (parent, range) => pageOf(rows[parent.kind], range),
})
