import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { numberOf, Refused, readArguments, runCommand } from '../../../bin/cli/arguments.ts'

const before = process.argv
beforeEach(() => {
  process.argv = ['node', 'tool.ts']
})
afterEach(() => {
  process.argv = before
  process.exitCode = undefined
  vi.restoreAllMocks()
})

test('options have their defaults, and what is not known is refused with the help', () => {
  const options = { seed: { type: 'string', default: '1' } } as const
  expect(readArguments('the help', options).values.seed).toBe('1')
  process.argv.push('--sed', '2')
  expect(() => readArguments('the help', options)).toThrow(/--sed[\s\S]*the help/)
})

test.each(['', ' ', 'x', '-1', '11', '1.5', 'NaN', 'Infinity'])(
  '%j is no whole number from 0 to 10',
  (text) => {
    expect(() => numberOf('seed', text, { max: 10 })).toThrow(Refused)
  },
)

test('numbers within the bounds are read, fractions where they are allowed', () => {
  expect(numberOf('seed', '10', { max: 10 })).toBe(10)
  expect(numberOf('faults', '0.25', { max: 1, whole: false })).toBe(0.25)
})

test('a refusal is one line and exit code 2; any other error rises', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue(undefined)
  await runCommand(async () => {
    throw new Refused('no such stack')
  })
  expect(said.mock.calls).toEqual([['no such stack']])
  expect(process.exitCode).toBe(2)
  await expect(
    runCommand(async () => {
      throw new TypeError('a bug')
    }),
  ).rejects.toThrow('a bug')
})
