import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { problemResponse as answerOf } from '../../functions/api/problem-response.ts'
import { limitsResponse, representLimits } from '../../functions/api/schemas/limits.ts'
import { problemSchema } from '../../functions/api/schemas/problem.ts'
import { applicationKind } from '../../functions/kinds/application.ts'
import { chatKind } from '../../functions/kinds/chat.ts'
import { messageKind } from '../../functions/kinds/message.ts'
import { timesAt } from '../../functions/kinds/times.ts'
import { badRequest, invalidFields, notFound } from '../../functions/problems/problem.ts'
import { at, chatValue, messageValue } from '../support/values.ts'

const row = { number: 1, rid: 'r', rev: 1, count: 0 }
const representations: [string, v.GenericSchema, object][] = [
  [
    'an application',
    applicationKind.response,
    applicationKind.represent(
      { ...row, value: { token: 't', name: 'n', ...timesAt(at) } },
      'stored',
    ),
  ],
  ['a chat', chatKind.response, chatKind.represent({ ...row, value: chatValue() }, 'accepted')],
  [
    'a message',
    messageKind.response,
    messageKind.represent(
      { ...row, value: messageValue('b', { sender: 's', metadata: { a: 1 } }) },
      'stored',
    ),
  ],
  ['the limits', limitsResponse, representLimits()],
]

describe.each(representations)('what is shown of %s', (_, schema, shown) => {
  test('is what its schema names', () => {
    expect(v.safeParse(schema, shown).issues).toBeUndefined()
  })
  test('would not pass with a field more or a field less', () => {
    expect(v.is(schema, { ...shown, rev: 1 })).toBe(false)
    for (const name of Object.keys(shown)) {
      const { [name]: _gone, ...rest } = Object(shown)
      expect(v.is(schema, rest), name).toBe(false)
    }
  })
})

test('what is told of a problem is what its schema names', () => {
  for (const problem of [
    notFound('chat'),
    badRequest([{ parameter: 'limit', detail: 'is odd' }]),
    invalidFields([{ pointer: '', detail: 'is odd' }]),
    new Error('of ours'),
  ])
    expect(v.safeParse(problemSchema, answerOf(problem, 'r').body).issues).toBeUndefined()
})
