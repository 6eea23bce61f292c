import * as v from 'valibot'
import { hitResponse } from '../../kinds/hit.ts'
import { count } from '../../kinds/status.ts'

const reference = v.nullable(v.pipe(v.string(), v.metadata({ format: 'uri-reference' })))

/** The response to a list. `next` and `prev` are relative to its own address. */
export const pageSchema = <S extends v.GenericSchema>(item: S) =>
  v.strictObject({
    data: v.array(item),
    page: v.strictObject({ next: reference, prev: reference }),
  })

/** The response to a search. */
export const searchResponse = v.strictObject({
  data: v.array(hitResponse),
  page: v.strictObject({
    next: reference,
    prev: v.null(),
    total: v.pipe(count, v.description('Exact, of all pages')),
  }),
  engine: v.pipe(v.picklist(['opensearch', 'mysql']), v.description('Who answered')),
})
