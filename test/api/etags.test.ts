import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { endpoint } from '../../functions/api/endpoint.ts'
import { checkIfMatch, requireMatch } from '../../functions/api/etags.ts'
import { notFound } from '../../functions/problems/problem.ts'
import { context, eventOf } from '../support/event.ts'
import { chatValue } from '../support/values.ts'

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})
afterEach(() => vi.restoreAllMocks())

const row = { number: 1, rid: 'r', rev: 7, count: 2, value: chatValue() }
const statusOf = (tag: string): number => {
  try {
    checkIfMatch({ 'if-match': tag })
    requireMatch({ 'if-match': tag }, row, 'stored')
    return 200
  } catch (error) {
    return Object(error).status
  }
}

describe('If-Match', () => {
  test.each([
    '*',
    ' * ',
    '"7-stored-2"',
    '"7-accepted-0"',
    '"other", "7-stored-2"',
    ',"7-stored-2" ,',
  ])('takes %s', (tag) => expect(statusOf(tag)).toBe(200))
  test.each([
    '"8-stored-2"',
    'W/"7-stored-2"',
    '"x"',
    '""',
    '"a,b"',
    '"x", W/"y"',
    '"7-stored-2x"',
  ])('does not match with %s, a tag of another state, a weak or a foreign one', (tag) =>
    expect(statusOf(tag)).toBe(412),
  )
  test.each([
    '',
    ' ',
    'x',
    '7-stored-2',
    '"',
    '"x',
    'W/x',
    "'x'",
    '"x" y',
    '"x", *',
    ',',
    'w/"x"',
    '"a b"',
  ])('is malformed: %j', (tag) => expect(statusOf(tag)).toBe(400))

  test.each([
    ['update-message', 'PATCH', '{"body": 1}'],
    ['delete-message', 'DELETE', undefined],
  ] as const)(
    'malformed is 400 before anything is looked for: %s',
    async (operation, method, body) => {
      const run = vi.fn(async () => {
        throw notFound('message')
      })
      const headers = { 'If-Match': 'x' }
      const pathParameters = { token: 't', chat: '1', message: '1' }
      const event = eventOf({
        method,
        headers,
        pathParameters,
        ...(body === undefined ? {} : { body }),
      })
      expect(await endpoint(operation, run)(event, context)).toMatchObject({ statusCode: 400 })
      expect(run).not.toHaveBeenCalled()
    },
  )
})
