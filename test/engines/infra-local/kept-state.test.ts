import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fetchMiniStack } from '../../../infra-local/engines/ministack.ts'
import { projectRoot } from '../../../infra-local/machine/plain-root.mjs'
import { openStack } from '../../../infra-local/machine/stack.ts'

test('the endpoint keeps room for its state, says when there is none, and saves all or nothing', async () => {
  const stack = openStack(`test-${process.pid}-kept`, new AbortController().signal)
  try {
    const python = join(await fetchMiniStack(stack), 'bin', 'python')
    const script = join(import.meta.dirname, 'kept_state_on_a_full_disk.py')
    const engines = join(projectRoot, 'infra-local', 'engines')
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', TMPDIR: stack.folder }
    const printed = execFileSync(python, [script, engines], { encoding: 'utf8', env })
    expect(JSON.parse(printed)).toEqual({
      room: [true, false, false, true, false, true],
      kept: 16,
      kept_after_save: false,
      old: [{ queue: 'old' }, { table: 'old' }],
      meanwhile: [{ queue: 'old' }, { table: 'old' }],
      new: ['{"queue": "newnewnew', '{"table": "xxxxxxxxx'],
      files: ['dynamodb.json', 'sqs.json'],
      events: [
        'state_not_saved', // Of `odd`, which is no JSON.
        ...['disk_nearly_full', 'disk_has_room', 'disk_nearly_full', 'disk_has_room'],
        ...['state_not_saved', 'state_not_saved'], // Of the full disk, and of `odd` in the end.
      ],
    })
  } finally {
    rmSync(stack.folder, { recursive: true, force: true })
  }
})
