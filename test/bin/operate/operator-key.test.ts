import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { operatorKey } from '../../../bin/operate/operator-key.ts'
import { isOperator } from '../../../functions/api/operator-key.ts'

test('a key is new each time, and the API takes it by its hash', () => {
  const [first, second] = [operatorKey(), operatorKey()]
  expect(first.key).not.toBe(second.key)
  expect(isOperator(`Bearer ${first.key}`, `${second.sha256},${first.sha256}`)).toBe(true)
  expect(isOperator(`Bearer ${first.key}`, second.sha256)).toBe(false)
})

test('the command prints both', () => {
  const script = join(import.meta.dirname, '..', '..', '..', 'bin', 'operate', 'operator-key.ts')
  const printed = execFileSync('node', [script], { encoding: 'utf8' })
  const key = printed.match(/^key +(\S+)$/m)?.[1] ?? ''
  expect(key).toMatch(/^[\w-]{43}$/)
  expect(printed.match(/^SHA-256 +(\S+)$/m)?.[1]).toBe(
    createHash('sha256').update(key).digest('hex'),
  )
})
