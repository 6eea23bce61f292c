import { expect, test } from 'vitest'
import type { Samples } from './samples.ts'
import { isBad, linesOf, tableOf } from './verdict.ts'

const mebibyte = 1024 * 1024
const of = (collected: number[], resident = 100): Samples => ({
  name: 'chat-one',
  pid: 1,
  collected: collected.map((each) => each * mebibyte),
  resident: resident * mebibyte,
})
const memory = new Map([['chat-one', 512 * mebibyte]])
const verdictOf = (...all: Samples[]) => linesOf(all, memory)[0]?.verdict

test('memory that is what it was is flat, whatever was made in the beginning', () => {
  expect(verdictOf(of([20, 35, 40, 41, 40, 42]))).toBe('flat')
})

test('memory that keeps growing is found, also where some was given back in between', () => {
  expect(verdictOf(of([40, 40, 40, 42, 44, 46]))).toBe('GROWS')
  expect(verdictOf(of([40, 40, 40, 34, 37, 40]))).toBe('GROWS')
})

test('the process that grew most speaks for its function', () => {
  expect(verdictOf(of([40, 40, 40, 40, 40]), of([40, 40, 40, 45, 50]))).toBe('GROWS')
})

test('more than is deployed is found, however flat', () => {
  expect(verdictOf(of([40, 40, 40, 40, 40], 513))).toBe('ABOVE ITS MEMORY')
})

test('few samples say nothing, and are no failure', () => {
  const lines = linesOf([of([40, 80])], memory)
  expect(lines[0]?.verdict).toBe('too few samples')
  expect(lines.some(isBad)).toBe(false)
})

test('the table has a line of each function, and the responses', () => {
  const lines = linesOf([of([40, 40, 40, 41, 40])], memory)
  expect(tableOf(lines, { 200: 3, 404: 1 }).split('\n').slice(2)).toEqual([
    'chat-one                          1     40.0     40.0     40.0    100.0  flat',
    '4 requests (200: 3, 404: 1)',
  ])
})
