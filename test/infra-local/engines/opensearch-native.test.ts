import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guardOptions } from '../../../infra-local/engines/opensearch-native.ts'

const engines = join(import.meta.dirname, '../../../infra-local/engines')

test('the guard of OpenSearch learns the name by which functions reach this machine', () => {
  const [option = '', ...others] = guardOptions('host.docker.internal')
  expect(others).toEqual([])
  const [, property, value] = /^-D(.+)=(.+)$/.exec(option) ?? []
  expect(value).toBe('host.docker.internal')
  const guard = readFileSync(join(engines, 'LocalOnly.java'), 'utf8')
  expect(guard).toContain(`System.getProperty("${property}", "")`)
  expect(guardOptions(undefined)).toEqual([])
  expect(guardOptions('')).toEqual([])
})
