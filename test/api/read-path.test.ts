import { describe, expect, test } from 'vitest'
import { readPath } from '../../functions/api/read-path.ts'
import { eventOf } from '../support/event.ts'
import { parameters, problem } from '../support/problem.ts'

describe('a path', () => {
  const chat = (raw: string) => readPath(eventOf({ pathParameters: { token: 't', chat: raw } }))

  test('has 0 and nothing for the parameters that its route lacks', () => {
    expect(readPath(eventOf({}))).toEqual({ token: '', chat: 0, message: 0 })
  })
  test('has numbers', () => {
    const pathParameters = { token: 't', chat: '1', message: '9007199254740991' }
    expect(readPath(eventOf({ pathParameters }))).toEqual({
      token: 't',
      chat: 1,
      message: 2 ** 53 - 1,
    })
  })
  test('keeps the token as the gateway decoded it', () => {
    expect(readPath(eventOf({ pathParameters: { token: 'a%2fb/ü' } })).token).toBe('a%2fb/ü')
  })
  test.each([
    '0',
    '-0',
    '-1',
    '+1',
    '1e3',
    '01',
    '1.0',
    ' 1',
    '1 ',
    '1\n',
    '',
    'abc',
    '0x1',
    '١',
    '1,000',
    'NaN',
  ])('with what is not a number from 1 is 400 and names it: %j', (raw) => {
    const error = problem(() => chat(raw))
    expect(error).toMatchObject({ status: 400, type: 'invalid-parameter' })
    expect(parameters(error)).toEqual(['chat'])
  })
  test.each(['9007199254740992', '9999999999999999', '10000000000000000', '9'.repeat(400)])(
    'with a number that no counter reaches is 404: %s',
    (raw) => expect(problem(() => chat(raw))).toMatchObject({ status: 404, type: 'not-found' }),
  )
  test('names the message when it is the message that is wrong', () => {
    const pathParameters = { token: 't', chat: '1', message: 'x' }
    expect(parameters(problem(() => readPath(eventOf({ pathParameters }))))).toEqual(['message'])
  })
})
