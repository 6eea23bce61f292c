import * as v from 'valibot'
import { limits, rate, searchCost } from '../../limits/limits.ts'

const bound = v.pipe(v.number(), v.integer(), v.minValue(1), v.metadata({ format: 'int32' }))
/** A bound; what it is and what it is usually, for the document. */
const most = (description: string, example: number) =>
  v.pipe(bound, v.description(description), v.examples([example]))
const mostOrNull = (description: string, example: number) =>
  v.pipe(v.nullable(bound), v.description(description), v.examples([example]))

/** The response to `GET /limits`. */
export const limitsResponse = v.strictObject({
  name_characters: most('Of the name of an application, in code points.', 255),
  title_characters: most('Of the title of a chat, in code points.', 255),
  sender_characters: most('Of the sender of a message, in code points.', 255),
  term_characters: most('Of the term of a search, in code points.', 256),
  body_bytes: most('Of the body of a message, in UTF-8.', 16_384),
  metadata_bytes: most('Of metadata, as JSON in UTF-8.', 4_096),
  request_bytes: most('Of the body of a request.', 131_072),
  stored_bytes: most(
    'Of a request as it is stored: numbers written out (1e20 has 21 digits), U+FFFF escaped.',
    229_376,
  ),
  batch_messages: most('Messages of one batch.', 100),
  page_items: most('The greatest `limit` of a list or a search.', 1_000),
  page_items_default: most('The `limit` of a list or a search that names none.', 50),
  idempotency_key_characters: most('Of an `Idempotency-Key`.', 255),
  idempotency_key_hours: most('How long an `Idempotency-Key` is remembered.', 24),
  rate_per_second: mostOrNull('Requests a second of one application; null: not limited.', 500),
  rate_burst: mostOrNull('Requests of one application at once; null: not limited.', 5_000),
  rate_search_cost: most(
    'How many requests a search counts as; a batch counts as its messages, all others as one.',
    10,
  ),
})

/** The limits as clients see them. */
export const representLimits = (): v.InferOutput<typeof limitsResponse> => ({
  name_characters: limits.name,
  title_characters: limits.title,
  sender_characters: limits.sender,
  term_characters: limits.term,
  body_bytes: limits.bodyBytes,
  metadata_bytes: limits.metadataBytes,
  request_bytes: limits.requestBytes,
  stored_bytes: limits.sentBytes,
  batch_messages: limits.batch,
  page_items: limits.page.max,
  page_items_default: limits.page.default,
  idempotency_key_characters: limits.idempotencyKey,
  idempotency_key_hours: limits.idempotencyHours,
  rate_per_second: rate()?.perSecond ?? null,
  rate_burst: rate()?.burst ?? null,
  rate_search_cost: searchCost,
})
