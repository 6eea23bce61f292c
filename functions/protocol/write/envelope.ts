import * as v from 'valibot'
import { parentKey, parseParent } from '../model/parent.ts'
import type { Reservation } from '../model/reservation.ts'
import { readValues } from '../model/values.ts'

/**
 * Deploys are not atomic: a queue holds envelopes of the version before, and of the one after when
 * rolled back.
 */
const version = 1

/** What can never become a row: persist moves it to quarantine with this reason. */
export class EnvelopeError extends Error {
  override name = 'EnvelopeError'
}

const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const envelope = v.object({
  v: v.pipe(v.number(), v.minValue(version - 1), v.maxValue(version + 1)),
  rid: v.pipe(v.string(), v.minLength(1)),
  rev: positive,
  parent: v.pipe(v.string(), v.transform(parseParent)),
  number: positive,
  act: v.picklist(['create', 'edit', 'delete']),
  counter: v.optional(v.pipe(v.string(), v.transform(parseParent))),
  values: v.unknown(),
})

/**
 * The envelope: a reservation as the body of a queue message. JSON leaves U+FFFE and U+FFFF as they
 * are and SQS refuses them (its characters are those of XML 1.0), so they are escaped; all other
 * text survives as it is.
 */
export function encode(reservation: Reservation): string {
  const plain = JSON.stringify({
    v: version,
    ...reservation,
    parent: parentKey(reservation.parent),
    counter: reservation.counter && parentKey(reservation.counter),
  })
  return plain.replace(/[\ufffe\uffff]/g, (character) =>
    character === '\ufffe' ? '\\ufffe' : '\\uffff',
  )
}

/** The inverse of encode: persist's. Throws EnvelopeError on anything that encode does not make. */
export function decode(body: string): Reservation {
  try {
    const { v: _, values, ...rest } = v.parse(envelope, JSON.parse(body))
    return { ...rest, values: readValues(rest.parent.kind, values) }
  } catch (cause) {
    throw new EnvelopeError('not an envelope of this system', { cause })
  }
}
