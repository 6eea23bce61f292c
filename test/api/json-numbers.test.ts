import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lossyNumbers } from '../../functions/api/json-numbers.ts'

describe('a number that comes back as it was sent', () => {
  test.each([
    ...[
      '0',
      '1',
      '-1',
      '10',
      '1.0',
      '1.50',
      '0.1',
      '1e3',
      '1E+3',
      '100e-2',
      '0e5',
      '0.0',
      '1e21',
      '1e-7',
    ],
    ...[
      '9007199254740991',
      '-9007199254740991',
      '9007199254740992',
      '12345678901234567000',
      '5e-324',
    ],
    ...['1.7976931348623157e308', '0.30000000000000004', '123456.789e3'],
  ])('%s', (number) => expect(lossyNumbers(`{"a":${number}}`)).toEqual([]))
  test('is every one that JSON itself writes', () => {
    fc.assert(
      fc.property(fc.json(), (json) => lossyNumbers(json).length === 0 || json.includes('-0')),
    )
  })
})

describe('a number that does not', () => {
  test.each([
    ...[
      '1e400',
      '-1e400',
      '1e-400',
      '-0',
      '-0.0',
      '-0e1',
      '9007199254740993',
      '12345678901234567890',
    ],
    ...['0.1000000000000000055511151231257827', '3.14159265358979323846', '1e99999999999999999999'],
  ])('%s', (number) => expect(lossyNumbers(`{"a":${number}}`)).toEqual([['a']]))

  test('is named by its place, whatever names and strings surround it', () => {
    const json = String.raw`{"x\"{1e400":[1,"-0,[",{"b/~":[-0,{"":1e400}]},1e400],"k":"v\\","n":-0,"o":{},"p":[]}`
    expect(lossyNumbers(json)).toEqual([
      ['x"{1e400', 2, 'b/~', 0],
      ['x"{1e400', 2, 'b/~', 1, ''],
      ['x"{1e400', 3],
      ['n'],
    ])
  })
  test('is found below any depth', () => {
    const depth = 30_000
    const [steps] = lossyNumbers(`${'['.repeat(depth)}-0${']'.repeat(depth)}`)
    expect(steps).toHaveLength(depth)
  })
})
