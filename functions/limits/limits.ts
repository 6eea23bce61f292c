/**
 * The most messages that one request may create. Waiting items are sorted by their first number, so
 * range reads begin so many numbers earlier.
 */
export const batchLimit = 100

/** How long a settled request, and with it an Idempotency-Key, is remembered. */
const idempotencyHours = 24

interface Setting {
  /** Undefined: there is no such limit unless it is set. */
  default: number | undefined
  min: number
  max: number
}

/**
 * What a deploy may set, by its environment variable: where `-c` sets one, lib/settings.ts gives it
 * to the functions. The maxima are what the stores take: columns of 255 characters, and queue
 * messages of `queueMessageBytes` with every character escaped (JSON writes U+0001 in 6 bytes, the
 * envelope U+FFFF in 6 instead of 3).
 */
export const limitSettings = {
  MAX_NAME_CHARACTERS: { default: 255, min: 1, max: 255 },
  MAX_TITLE_CHARACTERS: { default: 255, min: 1, max: 255 },
  MAX_SENDER_CHARACTERS: { default: 255, min: 1, max: 255 },
  MAX_TERM_CHARACTERS: { default: 256, min: 1, max: 256 },
  MAX_BODY_BYTES: { default: 16 * 1024, min: 1, max: 32_768 },
  MAX_METADATA_BYTES: { default: 4 * 1024, min: 2, max: 8_192 },
  MAX_BATCH_MESSAGES: { default: batchLimit, min: 1, max: batchLimit },
  MAX_PAGE_ITEMS: { default: 1000, min: 50, max: 1000 },
  RATE_PER_SECOND: { default: undefined, min: 1, max: 10_000 },
  RATE_BURST: { default: undefined, min: 1, max: 100_000 },
} as const satisfies Record<string, Setting>
export type LimitSetting = keyof typeof limitSettings

function configured(name: LimitSetting): number | undefined {
  const value = process.env[name]
  return value ? Number(value) : limitSettings[name].default
}
const setting = (name: LimitSetting): number => configured(name) ?? 0

/**
 * What the queue (lib/queues.ts) takes in one message. SQS on AWS would take 1 MiB, but
 * LocalStack-compatible endpoints may not.
 */
export const queueMessageBytes = 256 * 1024

/**
 * From so many messages on the queue is deep, and what is reserved in crowded chats waits in the
 * table (protocol/write/deep-queue.ts).
 */
export const deepQueue = 50_000

/**
 * Two characters that SQS refuses and JSON leaves as they are. The envelope escapes them, which
 * makes 6 bytes of 3 (protocol/write/envelope.ts).
 */
const escaped = /[\ufffe\uffff]/g

/**
 * The bytes of a payload on its way to MySQL. They may be more than the client sent: JSON writes
 * 1e20 with all its digits, and some characters are escaped (see above). What else is in a queue
 * message, the times of 100 messages and the reservation, fits into what `limits.sentBytes` leaves
 * of `queueMessageBytes`.
 */
export const sentBytes = (payload: unknown): number =>
  Buffer.byteLength(JSON.stringify(payload).replace(escaped, '\\uffff'))

/** Every bound of the API. Lengths are in code points unless they are named bytes. */
export const limits = {
  name: setting('MAX_NAME_CHARACTERS'),
  title: setting('MAX_TITLE_CHARACTERS'),
  sender: setting('MAX_SENDER_CHARACTERS'),
  metadataBytes: setting('MAX_METADATA_BYTES'),
  bodyBytes: setting('MAX_BODY_BYTES'),
  /** A whole request. It has room for one message of which every character is escaped. */
  requestBytes: Math.max(
    128 * 1024,
    6 * (setting('MAX_BODY_BYTES') + setting('MAX_METADATA_BYTES')) +
      12 * setting('MAX_SENDER_CHARACTERS') +
      1024,
  ),
  /** A whole request on its way to MySQL. */
  sentBytes: 224 * 1024,
  /** Messages in one create. */
  batch: setting('MAX_BATCH_MESSAGES'),
  term: setting('MAX_TERM_CHARACTERS'),
  page: { default: 50, max: setting('MAX_PAGE_ITEMS') },
  idempotencyKey: 255,
  idempotencyHours,
} as const

/** How many requests an application has: `perSecond` all the time, `burst` at once. */
export interface Rate {
  perSecond: number
  burst: number
}
/**
 * The rate of an application on AWS where the deploy sets none: half of what the gateway takes of
 * all clients together (lib/throttles.ts). On a laptop there is none unless it is set.
 */
export const deployedRate: Rate = { perSecond: 500, burst: 5_000 }

/**
 * How many requests of an application's rate a search counts as: it reads what waits in its chat
 * and asks an index or MySQL, where other requests read a few items.
 */
export const searchCost = 10

/**
 * The rate of this deploy, read at each call so that tests can set it. Undefined where applications
 * are not limited.
 */
export function rate(): Rate | undefined {
  const perSecond = configured('RATE_PER_SECOND')
  return perSecond === undefined
    ? undefined
    : { perSecond, burst: configured('RATE_BURST') ?? perSecond }
}
