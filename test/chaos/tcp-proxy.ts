import { once } from 'node:events'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { freePort } from '../../infra-local/machine/free-ports.ts'

/**
 * How the network between the functions and one engine behaves. `refuse`: nothing listens, and what
 * was connected is cut. `silent`: connections stay and nothing passes, as when packets are dropped;
 * when that ends, what was held back goes on, so that calls still arrive which their senders gave
 * up long ago. `late`: every piece takes `ms` longer. `reset`: each connection is cut after it has
 * passed `bytes` to the engine, mostly before the reply is back.
 */
export type Weather =
  | { kind: 'fair' }
  | { kind: 'refuse' }
  | { kind: 'silent' }
  | { kind: 'late'; ms: number }
  | { kind: 'reset'; bytes: number }

/** What passes at once on one connection. */
export interface Piece {
  data: Buffer
  from: 'function' | 'engine'
  /**
   * The socket towards the function, for both directions. At its other end is the function's
   * process.
   */
  connection: Socket
}

/** Sees each piece before it is passed on. If it returns `false`, the connection is cut instead. */
type Watch = (piece: Piece) => boolean

/** A port of 127.0.0.1 that stands for the port of an engine. */
export interface TcpProxy {
  port: number
  set(weather: Weather): Promise<void>
  /** Sets the one watcher; undefined removes it. */
  watch(watch: Watch | undefined): void
  /**
   * The function's socket whose bytes the proxy passes to the engine on this connection; undefined
   * if they do not come through the proxy.
   */
  origin(atEngine: Socket): Socket | undefined
  close(): Promise<void>
}

interface State {
  weather: Weather
  watch: Watch | undefined
  pairs: Set<Pair>
}
interface Pair {
  near: Socket
  far: Socket
  cut(): void
  release(): void
}

/** Makes a proxy in front of the engine at the port `target`. */
export async function tcpProxy(target: number): Promise<TcpProxy> {
  const state: State = { weather: { kind: 'fair' }, watch: undefined, pairs: new Set() }
  const port = await freePort(20_000, 29_999)
  let server: Server | undefined = await listenAt(port, target, state)
  const stop = async () => {
    const closed = server && once(server, 'close')
    server?.close()
    server = undefined
    for (const pair of state.pairs) pair.cut()
    await closed
  }
  return {
    port,
    async set(weather) {
      state.weather = weather
      if (weather.kind === 'refuse') return stop()
      server ??= await listenAt(port, target, state)
      if (weather.kind !== 'silent') for (const pair of state.pairs) pair.release()
    },
    watch: (watch) => {
      state.watch = watch
    },
    origin: ({ remotePort }) =>
      [...state.pairs].find(({ far }) => far.localPort === remotePort)?.near,
    close: stop,
  }
}

async function listenAt(port: number, target: number, state: State): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => join(socket, target, state))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Joins two sockets to one connection, with both directions under the weather of the moment. */
function join(near: Socket, target: number, state: State): void {
  const far = dial({ port: target, host: '127.0.0.1', allowHalfOpen: true })
  const there = lane(near, far, state, true)
  const back = lane(far, near, state, false)
  const pair: Pair = {
    near,
    far,
    cut: () => {
      state.pairs.delete(pair)
      near.destroy()
      far.destroy()
    },
    release: () => {
      there.release()
      back.release()
    },
  }
  state.pairs.add(pair)
  for (const socket of [near, far]) {
    socket.setNoDelay(true)
    socket.on('error', () => pair.cut()) // One side is gone, so the other must go too.
    socket.on('close', () => {
      if (state.weather.kind !== 'silent') pair.cut()
    })
  }
}

/** One direction. What the weather holds back is kept in order. */
function lane(from: Socket, to: Socket, state: State, toEngine: boolean): { release(): void } {
  const [sender, connection] = toEngine ? (['function', from] as const) : (['engine', to] as const)
  const held: (() => void)[] = []
  let passed = 0
  const pass = (work: () => void) => {
    const { weather } = state
    if (weather.kind === 'silent') held.push(work)
    else if (weather.kind === 'late') setTimeout(work, weather.ms)
    else work()
  }
  from.on('data', (data: Buffer) => {
    if (state.watch && !state.watch({ data, from: sender, connection })) {
      from.destroy()
      to.destroy()
      return
    }
    passed += data.length
    const cut = toEngine && state.weather.kind === 'reset' && passed > state.weather.bytes
    pass(() => {
      if (!to.destroyed) to.write(data)
      if (cut) from.resetAndDestroy()
    })
  })
  from.on('end', () => pass(() => to.end()))
  return {
    release: () => {
      for (const work of held.splice(0)) work()
    },
  }
}
