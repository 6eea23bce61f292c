import { expect, test } from 'vitest'
import { DataError } from '../../functions/mysql/cells.ts'
import { classify, reasonOf } from '../../functions/persist/failures.ts'

const server = (errno: number, code: string) =>
  Object.assign(new Error('secret value'), { errno, code })
const client = (code: string) => Object.assign(new Error('secret value'), { code })

test.each([
  [1048, 'ER_BAD_NULL_ERROR'],
  [1264, 'ER_WARN_DATA_OUT_OF_RANGE'],
  [1292, 'ER_TRUNCATED_WRONG_VALUE'],
  [1366, 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD'],
  [1406, 'ER_DATA_TOO_LONG'],
])('%i %s is the change itself', (errno, code) => {
  expect(classify(server(errno, code))).toBe('data')
})

test.each([
  [1040, 'ER_CON_COUNT_ERROR'],
  [1053, 'ER_SERVER_SHUTDOWN'],
  [1062, 'ER_DUP_ENTRY'],
  [1064, 'ER_PARSE_ERROR'],
  [1114, 'ER_RECORD_FILE_FULL'],
  [1205, 'ER_LOCK_WAIT_TIMEOUT'],
  [3024, 'ER_QUERY_TIMEOUT'],
  [1213, 'ER_LOCK_DEADLOCK'],
  [1290, 'ER_OPTION_PREVENTS_STATEMENT'],
  [1792, 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION'],
  [1836, 'ER_READ_ONLY_MODE'],
])('%i %s may pass', (errno, code) => {
  expect(classify(server(errno, code))).toBe('later')
})

test.each([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ENOTFOUND',
])('%s may pass', (code) => {
  expect(classify(client(code))).toBe('later')
})

test('what nobody knows may pass: a good message is never parked for a fault of ours', () => {
  for (const error of [new TypeError('x is not a function'), 'text', undefined, null])
    expect(classify(error)).toBe('later')
})

test('a reason names the error and never quotes it', () => {
  expect(reasonOf(server(1406, 'ER_DATA_TOO_LONG'))).toBe('ER_DATA_TOO_LONG')
  expect(reasonOf(new TypeError('secret value'))).toBe('TypeError')
  expect(reasonOf('secret value')).toBe('string')
  expect(reasonOf(new DataError('not an instant'))).toBe('not an instant')
})
