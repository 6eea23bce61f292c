import { describe, expect, test } from 'vitest'
import { readQuery } from '../../functions/api/read-query.ts'
import { listQuery, noQuery, searchQuery } from '../../functions/api/schemas/queries.ts'
import { limits } from '../../functions/limits/limits.ts'
import { eventOf } from '../support/event.ts'
import { parameters, problem } from '../support/problem.ts'

describe('a query', () => {
  const list = (query: Record<string, string[]>) => readQuery(listQuery, eventOf({ query }))

  test('that is absent has the defaults', () => {
    expect(readQuery(listQuery, eventOf({}))).toEqual({ limit: limits.page.default })
    expect(readQuery(noQuery, eventOf({}))).toEqual({})
  })
  test('has numbers and words', () => {
    const query = { after: ['0'], before: ['9007199254740991'], order: ['desc'], limit: ['1000'] }
    expect(list(query)).toEqual({ after: 0, before: 2 ** 53 - 1, order: 'desc', limit: 1000 })
  })
  test.each(['limit', 'after', 'before', 'around'])(
    'refuses what is no whole number: %s',
    (name) => {
      for (const raw of [
        '',
        '-1',
        '1.5',
        '1e3',
        ' 1',
        '01',
        'abc',
        '9007199254740992',
        '9'.repeat(40),
      ]) {
        const error = problem(() => list({ [name]: [raw] }))
        expect(error, raw).toMatchObject({ status: 400 })
        expect(parameters(error), raw).toContain(name)
      }
    },
  )
  test.each(['0', '1001'])('refuses a limit out of range, it is never clamped: %s', (limit) => {
    expect(parameters(problem(() => list({ limit: [limit] })))).toEqual(['limit'])
  })
  test.each(['ascending', 'DESC', ''])('refuses another order: %j', (order) => {
    expect(parameters(problem(() => list({ order: [order] })))).toEqual(['order'])
  })
  test('refuses a parameter given twice, also with the same value', () => {
    const error = problem(() => list({ limit: ['1', '1'] }))
    expect(error).toMatchObject({
      status: 400,
      errors: [{ parameter: 'limit', detail: 'must be given once' }],
    })
  })
  test.each(['page', 'constructor', '__proto__', 'toString', 'Limit', ''])(
    'refuses an unknown one: %j',
    (name) => {
      const query = Object.fromEntries([[name, ['1']]])
      for (const schema of [noQuery, listQuery, searchQuery]) {
        const error = problem(() => readQuery(schema, eventOf({ query })))
        expect(error).toMatchObject({ status: 400 })
        expect(parameters(error)).toEqual([name])
      }
    },
  )
  test.each(['after', 'before'])('refuses around together with %s', (bound) => {
    expect(problem(() => list({ around: ['5'], [bound]: ['1'] }))).toMatchObject({ status: 400 })
  })
})
