import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fetchMiniStack } from '../../../infra-local/engines/ministack.ts'
import { projectRoot } from '../../../infra-local/machine/plain-root.mjs'
import { openStack } from '../../../infra-local/machine/stack.ts'

test('the local queue does what MiniStack makes of random sends, receives, returns and deletes', async () => {
  const stack = openStack(`test-${process.pid}-queue`, new AbortController().signal)
  try {
    const python = join(await fetchMiniStack(stack), 'bin', 'python')
    const script = join(import.meta.dirname, 'compare_queues.py')
    const printed = execFileSync(python, [script, join(projectRoot, 'infra-local', 'engines')], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    })
    const { different, received, moved } = JSON.parse(printed)
    expect(different).toEqual([])
    // Otherwise the histories would show nothing.
    expect(received).toBeGreaterThan(1_000)
    expect(moved).toBeGreaterThan(100)
  } finally {
    rmSync(stack.folder, { recursive: true, force: true })
  }
})
