import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { accessFile } from '../../../infra-local/machine/aws-access.ts'

test('what a stack writes is for its owner alone: keys, passwords, messages, logs', () => {
  const folder = dirname(process.env.CHAT_OUTPUTS ?? '')
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((file) => join(file.parentPath, file.name))
    // Each engine sets the modes of its own files; their folders are closed.
    .filter((path) => !/\/(mysql|opensearch|cdk\.out|aws\/tmp)\/./.test(path))
    .filter((path) => !path.endsWith('.half'))
  for (const needed of ['ready.json', 'outputs.json', 'logs/aws.log', 'mysql', 'aws'])
    expect(files).toContain(join(folder, needed))
  expect(files).toContain(accessFile({ folder }))
  const open = files.filter(
    (path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0,
  )
  expect(open).toEqual([])
})
