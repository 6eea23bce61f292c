import { expect, test } from 'vitest'
import {
  backoffSeconds,
  type Delivery,
  retriesOf,
  returnedOf,
} from '../../functions/persist/delivery.ts'

const delivery = (messageId: string, MessageGroupId?: string, receives = 1): Delivery => ({
  messageId,
  receiptHandle: `receipt ${messageId}`,
  body: '',
  attributes: { MessageGroupId, ApproximateReceiveCount: String(receives) },
})
const [a1, b1, a2, b2, a3] = [
  delivery('a1', 'a', 3),
  delivery('b1', 'b'),
  delivery('a2', 'a', 1),
  delivery('b2', 'b'),
  delivery('a3', 'a', 12),
]
const all = [a1, b1, a2, b2, a3]
const ids = (deliveries: Delivery[]) => deliveries.map((each) => each.messageId)

test('of a group the first that is not done goes back and all that follow it, done or not', () => {
  expect(ids(returnedOf(all, new Set([a1, a3, b1, b2])))).toEqual(['a2', 'a3'])
  expect(ids(returnedOf(all, new Set([a2, a3, b1])))).toEqual(['a1', 'a2', 'b2', 'a3'])
  expect(returnedOf(all, new Set(all))).toEqual([])
})

test('deliveries that name no group are one group', () => {
  const [x, y] = [delivery('x'), delivery('y')]
  expect(ids(returnedOf([x, y], new Set([y])))).toEqual(['x', 'y'])
})

test('the delay doubles from 1 to 64 seconds and stays there', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 999].map(backoffSeconds)).toEqual([
    1, 2, 4, 8, 16, 32, 64, 64, 64, 64, 64,
  ])
})

test('a group waits as long as its first', () => {
  expect(retriesOf([a1, b1, a2, a3])).toEqual([
    { receiptHandle: 'receipt a1', seconds: 4 },
    { receiptHandle: 'receipt b1', seconds: 1 },
    { receiptHandle: 'receipt a2', seconds: 4 },
    { receiptHandle: 'receipt a3', seconds: 4 },
  ])
})
