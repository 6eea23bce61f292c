import { once } from 'node:events'
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { stepOf } from '../chaos/step.ts'
import { tcpProxy } from '../chaos/tcp-proxy.ts'

const endings: (() => unknown)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/**
 * An engine behind a proxy, and connections through the proxy: of each the function's end and the
 * engine's.
 */
async function behindProxy() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  endings.push(() => server.close())
  const proxy = await tcpProxy((server.address() as AddressInfo).port)
  endings.push(() => proxy.close())
  const open = async (): Promise<{ near: Socket; engine: Socket }> => {
    const accepted = once(server, 'connection')
    const near = dial(proxy.port, '127.0.0.1')
    near.on('error', () => undefined)
    const [engine] = (await accepted) as [Socket]
    endings.push(
      () => near.destroy(),
      () => engine.destroy(),
    )
    return { near, engine }
  }
  return { proxy, open }
}

/** Sends, and waits until it has come out at the other end. */
async function send(from: Socket, to: Socket, text: string): Promise<string> {
  const data = once(to, 'data')
  from.write(text)
  return String((await data)[0])
}

describe('a step on the wire', () => {
  it('that is asked comes with its text, before the engine has it', async () => {
    const { proxy, open } = await behindProxy()
    const { near, engine } = await open()
    const heard: string[] = []
    engine.on('data', (data) => heard.push(String(data)))
    const isStep = stepOf('COMMIT', 'asked')
    proxy.watch((piece) => !isStep(piece))
    expect(await send(near, engine, 'INSERT')).toBe('INSERT')
    expect(await send(engine, near, 'a COMMIT that is a row')).toContain('COMMIT')
    near.write('COMMIT')
    await once(near, 'close')
    expect(heard).toEqual(['INSERT'])
  })

  it('that is answered comes with the answer on the connection that asked, not with another', async () => {
    const { proxy, open } = await behindProxy()
    const [asker, other] = [await open(), await open()]
    const isStep = stepOf('COMMIT', 'answered')
    const steps: Socket[] = []
    proxy.watch((piece) => {
      if (isStep(piece)) steps.push(piece.connection)
      return true
    })
    await send(asker.near, asker.engine, 'COMMIT')
    await send(other.near, other.engine, 'SELECT')
    await send(other.engine, other.near, 'rows')
    expect(steps).toEqual([])
    await send(asker.engine, asker.near, 'done')
    await send(asker.engine, asker.near, 'more')
    expect(steps.map((step) => step.remotePort)).toEqual([asker.near.localPort])
  })
})

describe('a proxy', () => {
  it('names the socket whose bytes it passes to the engine', async () => {
    const { proxy, open } = await behindProxy()
    const [first, second] = [await open(), await open()]
    expect(proxy.origin(first.engine)?.remotePort).toBe(first.near.localPort)
    expect(proxy.origin(second.engine)?.remotePort).toBe(second.near.localPort)
    expect(proxy.origin(first.near)).toBeUndefined()
  })
})
