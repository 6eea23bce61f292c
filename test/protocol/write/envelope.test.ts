import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MessageValue } from '../../../functions/kinds/message.ts'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Reservation } from '../../../functions/protocol/model/reservation.ts'
import { decode, EnvelopeError, encode } from '../../../functions/protocol/write/envelope.ts'
import { messageValue } from '../../support/values.ts'

const reservation = (values: MessageValue[]): Reservation => ({
  rid: 'r',
  rev: 3,
  parent: chatParent('0'.repeat(32), 7),
  number: 5,
  act: 'create',
  values,
})

/** The characters that SQS takes: those of XML 1.0. */
const isTaken = (text: string): boolean =>
  [...text].every((character) => {
    const point = character.codePointAt(0) ?? 0
    return [9, 10, 13].includes(point) || (point >= 0x20 && point <= 0xfffd) || point >= 0x10000
  })

describe('an envelope', () => {
  test('brings back any well-formed text, in characters that the queue takes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 3 }),
        (texts) => {
          const sent = reservation(texts.map((text) => messageValue(text)))
          const body = encode(sent)
          expect(isTaken(body)).toBe(true)
          expect(decode(body)).toEqual(sent)
        },
      ),
    )
  })
  test('escapes the two characters that JSON leaves and SQS refuses', () => {
    const body = encode(reservation([messageValue('a\ufffeb\uffffc')]))
    expect(body).toContain('a\\ufffeb\\uffffc')
    expect(decode(body)).toEqual(reservation([messageValue('a\ufffeb\uffffc')]))
  })
  test('keeps metadata as it is, a key __proto__ too', () => {
    const metadata = JSON.parse('{"__proto__": {"x": 1}, "b": [1, null], "a": "\\u0001"}')
    const sent = reservation([{ ...messageValue('m'), metadata }])
    expect(JSON.stringify(decode(encode(sent)).values)).toBe(JSON.stringify(sent.values))
  })
  test.each([-1, 0, 2].map((v) => v))(
    'of version %i is read where the deploy before or after wrote it',
    (v) => {
      const body = JSON.stringify({ ...JSON.parse(encode(reservation([messageValue('m')]))), v })
      if (v < 0) expect(() => decode(body)).toThrow(EnvelopeError)
      else expect(decode(body).number).toBe(5)
    },
  )
  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"v":1}',
    encode(reservation([messageValue('m')])).replace('"number":5', '"number":0'),
    encode(reservation([messageValue('m')])).replace('chat#', 'chap#'),
    encode(reservation([messageValue('m')])).replace('"act":"create"', '"act":"drop"'),
    encode(reservation([messageValue('m')])).replace('"body":"m"', '"body":5'),
    encode(reservation([])),
  ])('that is none is an EnvelopeError: %s', (body) => {
    expect(() => decode(body)).toThrow(EnvelopeError)
  })
})
