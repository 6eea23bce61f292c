import { expect, test } from 'vitest'
import { bar } from '../../../bin/cli/progress.ts'

test('the bar shows how far it is, how fast, and how long it will take', () => {
  expect(bar(50, 100, 4)).toBe('[##########..........] 50/100  12.5/s  0:04 left')
  expect(bar(100, 100, 10)).toBe('[####################] 100/100  10.0/s  0:00 left')
})

test('nothing to do and nothing done yet are no division by zero', () => {
  expect(bar(0, 0, 0)).toBe('[####################] 0/0  0.0/s  0:00 left')
  expect(bar(0, 5000, 0)).toBe('[....................] 0/5000  0.0/s  0:00 left')
})
