import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { reclaim, removeAbandoned } from '../../../infra-local/machine/leftovers.ts'
import { identityOf } from '../../../infra-local/machine/lock.mjs'
import { markOf, membersOf } from '../../../infra-local/machine/process-group.ts'

function stackFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stack-'))
  mkdirSync(join(folder, 'pids'))
  return folder
}

/** A process group: a shell, which ignores SIGTERM if `stubborn`, and a child of it. */
async function group(folder: string, stubborn = false): Promise<number> {
  const script = `${stubborn ? "trap '' TERM;" : ''} sleep 300 & echo up; wait; sleep 300`
  const child = spawn('bash', ['-c', script], {
    detached: true,
    env: { ...process.env, ...markOf(folder) },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout, 'data')
  return child.pid ?? 0
}

const onFile = (folder: string, name: string, pid: number) =>
  writeFileSync(join(folder, 'pids', name), String(pid))

describe('what a killed start left running', () => {
  it('is ended with its whole group, and its pid file goes', async () => {
    const folder = stackFolder()
    const leader = await group(folder)
    onFile(folder, 'mysql', leader)
    expect(membersOf(leader)).toHaveLength(2)
    expect(await reclaim(folder)).toEqual(['mysql'])
    expect(membersOf(leader)).toEqual([])
    expect(readdirSync(join(folder, 'pids'))).toEqual([])
  })

  it('is ended also when its leader is gone', async () => {
    const folder = stackFolder()
    const leader = await group(folder)
    process.kill(leader, 'SIGKILL')
    await expect.poll(() => membersOf(leader)).toHaveLength(1)
    onFile(folder, 'aws', leader)
    expect(await reclaim(folder)).toEqual(['aws'])
    expect(membersOf(leader)).toEqual([])
  })

  it('is killed when it ignores SIGTERM', async () => {
    const folder = stackFolder()
    const leader = await group(folder, true)
    onFile(folder, 'opensearch', leader)
    expect(await reclaim(folder, 300)).toEqual(['opensearch'])
    expect(membersOf(leader)).toEqual([])
  })

  it('is left alone when the id belongs to another now', async () => {
    const folder = stackFolder()
    const other = await group('/another/stack')
    onFile(folder, 'mysql', other)
    onFile(folder, 'aws', 0)
    expect(await reclaim(folder)).toEqual([])
    expect(membersOf(other)).toHaveLength(2)
    process.kill(-other, 'SIGKILL')
  })
})

describe('stacks of test runs', () => {
  it('are removed when their process is gone, and only then', async () => {
    const local = mkdtempSync(join(tmpdir(), 'local-'))
    const child = spawn(process.execPath, ['--eval', ''])
    await once(child, 'exit')
    expect(identityOf(child.pid ?? 0)).toBeUndefined()
    for (const name of [`test-${child.pid}-e2e`, `test-${process.pid}-e2e`, 'dev', 'cache'])
      mkdirSync(join(local, name, 'pids'), { recursive: true })
    await removeAbandoned(local)
    expect(readdirSync(local).sort()).toEqual(['cache', 'dev', `test-${process.pid}-e2e`].sort())
    expect(existsSync(join(local, 'dev', 'pids'))).toBe(true)
  })
})
