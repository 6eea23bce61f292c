import * as v from 'valibot'
import { hitResponse } from '../../kinds/hit.ts'
import { count, ordinal } from '../../kinds/status.ts'

const reference = (description: string, example: string) =>
  v.pipe(
    v.nullable(v.pipe(v.string(), v.metadata({ format: 'uri-reference' }))),
    v.description(description),
    v.examples([example]),
  )
const cursor = <S extends v.GenericSchema>(schema: S, description: string, example: unknown) =>
  v.pipe(v.nullable(schema), v.metadata({ description, examples: [example] }))

/**
 * The way on and back, as references and as the cursors in them. `example` is a cursor of the list.
 */
const linksBy = <S extends v.GenericSchema>(schema: S, example: string | number) => ({
  next: reference(
    'The next page, relative to the address of the request; null at the end of the list, as it is now.',
    `?after=${example}`,
  ),
  prev: reference(
    'The page before, relative to the address of the request; null at the beginning.',
    `?before=${example}`,
  ),
  after: cursor(
    schema,
    'What to pass as `after` for what comes later in ascending order, which is what `next` passes there; null where there is nothing.',
    example,
  ),
  before: cursor(
    schema,
    'What to pass as `before` for what comes earlier in ascending order, which is what `next` passes with order=desc; null where there is nothing.',
    example,
  ),
})

/** Of a list by number. */
export const pageLinks = v.strictObject(linksBy(ordinal, 50))
/** Of a list by opaque cursors. */
export const cursorPageLinks = v.strictObject(linksBy(v.string(), 'YTUw'))

const references = linksBy(v.string(), 'bjUw')
/** Of a search, which leads on alone. */
export const searchPageLinks = v.strictObject({
  next: references.next,
  prev: reference('Always null: a search leads on alone.', '?after=bjUw'),
  after: cursor(v.string(), 'What to pass as `after` for the next page; null at the end.', 'bjUw'),
  before: cursor(v.string(), 'Always null: a search leads on alone.', 'bjUw'),
  total: v.pipe(
    count,
    v.description('Messages that are found: exact, of all pages.'),
    v.examples([1]),
  ),
})

/** The response to a list. */
export const pageSchema = <S extends v.GenericSchema, L extends v.GenericSchema>(
  item: S,
  links: L,
) =>
  v.strictObject({
    data: v.pipe(v.array(item), v.description('The page, in the order that was asked for.')),
    page: links,
  })

/** The response to a search. */
export const searchResponse = v.strictObject({
  data: v.pipe(v.array(hitResponse), v.description('The page, in the order that was asked for.')),
  page: searchPageLinks,
  engine: v.pipe(
    v.picklist(['opensearch', 'mysql']),
    v.description('Which engine searched: MySQL while OpenSearch is away or behind.'),
    v.examples(['opensearch']),
  ),
})
