import { expect, test } from 'vitest'
import { isNeeded } from '../../../infra-local/machine/node24.mjs'

test.each([
  ['v24.0.0', true],
  ['v24.21.0', true],
  ['24.2.0', true],
  ['v22.18.0', false],
  ['v20.20.2', false],
  ['v26.3.0', false],
])('Node %s will do: %s', (version, will) => {
  expect(isNeeded(version)).toBe(will)
})
