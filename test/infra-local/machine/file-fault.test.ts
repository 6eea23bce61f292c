import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileFault } from '../../../infra-local/machine/file-fault.mjs'
import { tryLock } from '../../../infra-local/machine/lock.mjs'

function errorOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}

it.runIf(process.platform === 'linux')(
  'a full disk and a read-only one are a line that says what to do',
  () => {
    expect(fileFault(errorOf(() => writeFileSync('/dev/full', 'x')))).toMatch(
      /cannot be used \(write: ENOSPC\): the disk is full: free some room$/,
    )
    expect(
      fileFault(Object.assign(new Error(), { code: 'EROFS', syscall: 'mkdir', path: '/x' })),
    ).toBe(
      '/x cannot be used (mkdir: EROFS): the disk is read-only: take a checkout that you can write to',
    )
  },
)

it('a folder in the place of the lock is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'))
  const fault = fileFault(errorOf(() => tryLock(folder)))
  expect(fault).toBe(
    `${folder} cannot be used (read: EISDIR): a folder is where a file belongs: remove it`,
  )
  expect(readdirSync(folder)).toEqual([])
})

it('what is no error of the file system is not made a line of', () => {
  expect(fileFault(new TypeError('x'))).toBeUndefined()
  expect(fileFault(undefined)).toBeUndefined()
  expect(fileFault(errorOf(() => readFileSync('/no/such/file')))).toBeUndefined()
})
