import * as v from 'valibot'
import { limits, rate } from '../../limits/limits.ts'

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
/** The response to `GET /limits`. */
export const limitsResponse = v.strictObject({
  name_characters: count,
  title_characters: count,
  sender_characters: count,
  term_characters: count,
  body_bytes: count,
  metadata_bytes: count,
  request_bytes: count,
  stored_bytes: v.pipe(
    count,
    v.description(
      'Of a request as it is stored: numbers written out (1e20 has 21 digits), U+FFFF escaped',
    ),
  ),
  batch_messages: count,
  page_items: count,
  page_items_default: count,
  idempotency_key_characters: count,
  idempotency_key_hours: count,
  rate_per_second: v.pipe(
    v.nullable(count),
    v.description('Of one application; null: not limited'),
  ),
  rate_burst: v.nullable(count),
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
})
