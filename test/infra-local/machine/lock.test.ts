import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { identityOf, tryLock, withLock } from '../../../infra-local/machine/lock.mjs'

const place = () => join(mkdtempSync(join(tmpdir(), 'lock-')), 'lock')

describe('a lock', () => {
  it('is held by one, names its holder to the other, and is free after its release', () => {
    const path = place()
    const first = tryLock(path)
    expect(tryLock(path)).toEqual({ pid: process.pid })
    first.release?.()
    expect(tryLock(path).release).toBeDefined()
  })

  it('is taken over from a process that is gone', async () => {
    const path = place()
    const child = spawn(process.execPath, ['--eval', ''])
    const identity = identityOf(child.pid ?? 0) ?? ''
    await once(child, 'exit')
    writeFileSync(path, identity)
    expect(tryLock(path).release).toBeDefined()
  })

  it('is taken over when its id belongs to another process now', () => {
    const path = place()
    writeFileSync(path, `${process.pid} 1`)
    expect(tryLock(path).release).toBeDefined()
  })

  it('lets parallel work in one after the other, and leaves no file behind', async () => {
    const path = place()
    let inside = 0
    const most = await Promise.all(
      Array.from({ length: 5 }, () =>
        withLock(
          path,
          () => undefined,
          async () => {
            inside++
            await new Promise((resolve) => setImmediate(resolve))
            return inside--
          },
        ),
      ),
    )
    expect(most).toEqual([1, 1, 1, 1, 1])
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  it('is released when the work fails, and the failure is the caller’s', async () => {
    const path = place()
    const failing = withLock(
      path,
      () => undefined,
      () => Promise.reject(new Error('no network')),
    )
    await expect(failing).rejects.toThrow('no network')
    expect(tryLock(path).release).toBeDefined()
  })

  it('is won by one of several processes that find a stale one', async () => {
    const path = place()
    writeFileSync(path, '4194304 1')
    const module = new URL('../../../infra-local/machine/lock.mjs', import.meta.url).href
    const script = `import { tryLock } from ${JSON.stringify(module)}
      console.log(tryLock(${JSON.stringify(path)}).release ? 'won' : 'lost')
      process.stdin.resume()`
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '--eval', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
      }),
    )
    const said = await Promise.all(
      children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()),
    )
    for (const child of children) child.stdin.end()
    expect(said.filter((word) => word === 'won')).toHaveLength(1)
  })
})
