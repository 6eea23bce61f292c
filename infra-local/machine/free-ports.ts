import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { CannotStart } from './cannot-start.ts'
import type { Stack } from './stack.ts'

/** Whether a server may listen on 127.0.0.1 at this port now. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}

/**
 * A free port of the range. The search begins at a random place, so that stacks which start
 * together seldom take the same. Throws CannotStart when no port is free.
 */
export async function freePort(from: number, to: number): Promise<number> {
  const size = to - from + 1
  const start = Math.floor(Math.random() * size)
  for (let step = 0; step < size; step++) {
    const port = from + ((start + step) % size)
    if (await isFree(port)) return port
  }
  throw new CannotStart(`no port from ${from} to ${to} is free on 127.0.0.1`)
}

/** All below 32768: from there on Linux gives ports to outgoing connections. */
const range = {
  aws: [20_000, 29_999],
  mysql: [20_000, 29_999],
  opensearch: [8_000, 9_199],
} as const
const usual = { aws: 4566, mysql: 3307, opensearch: 9202 } as const
export type EngineName = keyof typeof usual

/**
 * The port of a stack's engine: the one that it had, else the usual one (for the stack `dev`), else
 * a free one. The port of the AWS endpoint is part of the queue addresses that it saves, so if that
 * one is in use no other will do: throws CannotStart.
 */
export async function enginePort(stack: Stack, engine: EngineName): Promise<number> {
  const file = join(stack.folder, `${engine}.port`)
  const had = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
  if (had !== undefined && (await isFree(had))) return had
  if (had !== undefined && engine === 'aws')
    throw new CannotStart(
      `port ${had}, which this stack's AWS endpoint had before, is in use: free it, or npm run reset`,
    )
  const [from, to] = range[engine]
  const isUsual = stack.name === 'dev' && (await isFree(usual[engine]))
  const port = isUsual ? usual[engine] : await freePort(from, to)
  writeFileSync(file, String(port))
  return port
}
