import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  problemAnswer as answerOf,
  badRequest,
  invalidFields,
  notFound,
} from '../../functions/api/problem.ts'
import { applicationAnswer, representApplication } from '../../functions/resources/application.ts'
import { chatAnswer, representChat } from '../../functions/resources/chat.ts'
import { limitsAnswer, representLimits } from '../../functions/resources/limits.ts'
import { messageAnswer, representMessage } from '../../functions/resources/message.ts'
import { problemAnswer } from '../../functions/resources/problem.ts'

const at = {
  created_at: '2026-01-02T03:04:05.678Z',
  updated_at: '2026-01-02T03:04:05.678Z',
  deleted_at: null,
}
const row = { number: 1, rid: 'r', rev: 1, count: 0 }
const representations: [string, v.GenericSchema, object][] = [
  [
    'an application',
    applicationAnswer,
    representApplication({ ...row, value: { token: 't', name: 'n', ...at } }, 'stored'),
  ],
  [
    'a chat',
    chatAnswer,
    representChat({ ...row, value: { title: null, metadata: null, ...at } }, 'accepted'),
  ],
  [
    'a message',
    messageAnswer,
    representMessage(
      { ...row, value: { body: 'b', sender: 's', metadata: { a: 1 }, ...at } },
      'stored',
    ),
  ],
  ['the limits', limitsAnswer, representLimits()],
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
    expect(v.safeParse(problemAnswer, answerOf(problem, 'r').body).issues).toBeUndefined()
})
