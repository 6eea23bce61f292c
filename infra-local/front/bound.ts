import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { CannotStart } from '../machine/cannot-start.ts'

interface Bound {
  servers: Server[]
  /** The address to print: `localhost` only where all that it may mean leads here. */
  base: string
}

/**
 * Binds servers to the port, on 127.0.0.1 and on [::1]. Programs take either for `localhost`, and
 * another server may have one of them: a front-end's, for example, which listens on [::1] alone.
 * Then `say` gets a line about it, and the base is 127.0.0.1. A machine without IPv6 is fine.
 * Throws CannotStart when 127.0.0.1 is not to be had.
 */
export async function bound(
  port: number,
  make: () => Server,
  say: (line: string) => void,
): Promise<Bound> {
  const [four, six] = [make(), make()]
  try {
    await listening(four, port, '127.0.0.1')
  } catch (cause) {
    const other = 'stop what uses it, or take another: PORT=3001 npm start'
    throw new CannotStart(`port ${port} cannot be listened on (in use?): ${other}`, { cause })
  }
  const lost = await listening(six, port, '::1').then(
    () => undefined,
    (error: unknown) => error,
  )
  const taken = lost instanceof Error && 'code' in lost && lost.code === 'EADDRINUSE'
  const ours = !taken && (await isLoopback('localhost'))
  const base = `http://${ours ? 'localhost' : '127.0.0.1'}:${port}`
  if (taken)
    say(`localhost:${port} may be somebody else, who listens on [::1]:${port}: use ${base}`)
  return { servers: lost ? [four] : [four, six], base }
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  server.listen({ port, host, exclusive: true })
  await once(server, 'listening')
}

/** Whether the name is this machine and nothing else. */
async function isLoopback(name: string): Promise<boolean> {
  const found = await lookup(name, { all: true }).catch(() => [])
  return found.length > 0 && found.every(({ address }) => ['127.0.0.1', '::1'].includes(address))
}
