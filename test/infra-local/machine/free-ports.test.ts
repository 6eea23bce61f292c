import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CannotStart } from '../../../infra-local/machine/cannot-start.ts'
import { enginePort, freePort, isFree } from '../../../infra-local/machine/free-ports.ts'
import type { Stack } from '../../../infra-local/machine/stack.ts'

function stack(): Stack {
  const folder = mkdtempSync(join(tmpdir(), 'ports-'))
  const signal = new AbortController().signal
  return { name: 'test-1-x', folder, signal, running: new Set(), say: () => undefined }
}

async function whileTaken(port: number, work: () => Promise<void>): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  try {
    await work()
  } finally {
    server.close()
  }
}

describe('ports', () => {
  it('are found where they are free, and not where one listens', async () => {
    const port = await freePort(35_001, 36_000)
    await whileTaken(port, async () => {
      expect(await isFree(port)).toBe(false)
      await expect(freePort(port, port)).rejects.toThrow(CannotStart)
    })
    expect(await isFree(port)).toBe(true)
  })

  it('of an engine stay the same from start to start', async () => {
    const own = stack()
    const first = await enginePort(own, 'mysql')
    expect(await enginePort(own, 'mysql')).toBe(first)
  })

  it('of MySQL and OpenSearch change when another took them', async () => {
    const own = stack()
    const first = await enginePort(own, 'opensearch')
    await whileTaken(first, async () => expect(await enginePort(own, 'opensearch')).not.toBe(first))
  })

  it('of the AWS endpoint never change: queue addresses hold it', async () => {
    const own = stack()
    const port = await freePort(36_001, 37_000)
    writeFileSync(join(own.folder, 'aws.port'), String(port))
    await whileTaken(port, async () =>
      expect(enginePort(own, 'aws')).rejects.toThrow(/npm run reset/),
    )
  })
})
