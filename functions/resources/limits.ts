import { batchLimit } from '../protocol/waiting.ts'

/** Every bound of the API in one place. Lengths are code points unless they say bytes. */
export const limits = {
  name: 255,
  title: 255,
  sender: 255,
  metadataBytes: 4 * 1024,
  bodyBytes: Number(process.env.MAX_BODY_BYTES ?? 16 * 1024),
  /** A whole request: a body whose every character is escaped, and room for the rest. */
  requestBytes: 128 * 1024,
  /** Messages that are created at once. */
  batch: batchLimit,
  term: 256,
  page: { default: 50, max: 1000 },
  idempotencyKey: 255,
} as const
