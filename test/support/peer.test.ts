import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { killProcess, processAt } from '../chaos/lambda.ts'
import { peerOf } from '../chaos/peer.ts'

const endings: (() => void)[] = []
afterEach(() => {
  for (const end of endings.splice(0)) end()
})

async function listening(): Promise<{ port: number; accepted: () => Promise<Socket> }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  endings.push(() => server.close())
  const accepted = async () => {
    const [socket] = (await once(server, 'connection')) as [Socket]
    socket.on('error', () => undefined)
    endings.push(() => socket.destroy())
    return socket
  }
  return { port: (server.address() as AddressInfo).port, accepted }
}

/** A process that holds a connection to the port, started with the variables of this function. */
function holder(port: number, name: string) {
  const script = `require('node:net').connect(${port}, '127.0.0.1').on('close', () => process.exit())`
  const env = { ...process.env, AWS_LAMBDA_FUNCTION_NAME: name }
  const child = spawn(process.execPath, ['-e', script], { env, stdio: 'ignore' })
  endings.push(() => child.kill('SIGKILL'))
  return child
}

const ways = [process.platform, 'darwin'].filter(
  (way, nth, all) =>
    all.indexOf(way) === nth && (way === 'linux' || spawnSync('lsof', ['-v']).error === undefined),
)

describe.each(ways)('the process at the other end of a connection, as on %s', (way) => {
  it('is the one that holds it, of several to the same port', async () => {
    const { port, accepted } = await listening()
    for (const name of ['chat-persist', 'chat-reindex']) {
      const socket = accepted()
      const { pid } = holder(port, name)
      expect(peerOf(await socket, way)).toBe(pid)
    }
  })

  it('is this one when both ends are here, seen from either', async () => {
    const { port, accepted } = await listening()
    const socket = accepted()
    const own = dial(port, '127.0.0.1')
    endings.push(() => own.destroy())
    await once(own, 'connect')
    expect(peerOf(await socket, way)).toBe(process.pid)
    expect(peerOf(own, way)).toBe(process.pid)
  })

  it('is none when it has ended', async () => {
    const { port, accepted } = await listening()
    const coming = accepted()
    const child = holder(port, 'chat-persist')
    const socket = await coming
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(peerOf(socket, way)).toBeUndefined()
  })
})

describe('a process of a function', () => {
  it('is found by its connection only under its own name, and killed alone', async () => {
    const { port, accepted } = await listening()
    const coming = accepted()
    const child = holder(port, 'chat-persist')
    const socket = await coming
    const idle = accepted()
    const other = holder(port, 'chat-persist')
    await idle
    expect(processAt(socket, 'chat-reindex')).toBeUndefined()
    const pid = processAt(socket, 'chat-persist') ?? 0
    expect(pid).toBe(child.pid)
    expect(killProcess(pid, 'chat-reindex')).toBe(false)
    expect(killProcess(pid, 'chat-persist')).toBe(true)
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    expect(killProcess(pid, 'chat-persist')).toBe(false)
    expect(other.exitCode ?? other.signalCode).toBeNull()
  })
})
