import { expect, test } from 'vitest'
import { costOf } from '../../functions/api/request-cost.ts'
import { limits, searchCost } from '../../functions/limits/limits.ts'

const messages = (count: number) => ({ messages: Array.from({ length: count }, () => ({})) })

test('a batch counts as its messages, by both of its routes', () => {
  for (const operation of ['create-message', 'create-messages'] as const) {
    expect(costOf(operation, messages(1))).toBe(1)
    expect(costOf(operation, messages(37))).toBe(37)
  }
})
test('a batch counts as one at least, and as no more than a batch may have', () => {
  expect(costOf('create-messages', messages(0))).toBe(1)
  expect(costOf('create-messages', messages(100_000))).toBe(limits.batch)
})
test.each([
  undefined,
  null,
  7,
  'messages',
  [],
  { body: 'x' },
  { messages: 'x' },
  { messages: null },
])('a create that is no batch, valid or not, counts as one: %j', (body) => {
  expect(costOf('create-message', body)).toBe(1)
})
test('a search counts as several, whatever it asks for', () => {
  expect(costOf('search-messages', undefined)).toBe(searchCost)
  expect(searchCost).toBeGreaterThan(1)
})
test('all others count as one, whatever they carry', () => {
  expect(costOf('update-message', messages(50))).toBe(1)
  expect(costOf('create-chat', messages(50))).toBe(1)
  expect(costOf('list-messages', undefined)).toBe(1)
})
