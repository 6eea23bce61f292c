import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Certificate } from '../../infra-local/machine/certificate.ts'

/**
 * What the server does to a connection. `silent`: takes it and says nothing. `cut` and `reset`
 * close it, in order or by RST: before the greeting, after it (at the client's request for TLS), in
 * the TLS handshake, or after the login was read. `hang`: says nothing more from there on. `no
 * TLS`: greets as a server without it. `greets with` and `logs in with`: MySQL's error packet, in
 * place of the greeting or in reply to the login. `garbage`: bytes that are no packet.
 */
export type Manner =
  | { kind: 'silent' | 'no TLS' | 'garbage' }
  | { kind: 'cut' | 'reset' | 'hang'; at: 'connect' | 'greeting' | 'handshake' | 'login' }
  | { kind: 'greets with' | 'logs in with'; errno: number; sqlState?: string }

export interface FailingMysql {
  port: number
  /** One for each connection from now on, the last one for all that follow. */
  manners: Manner[]
  connections(): number
  close(): Promise<void>
}

const packet = (sequence: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(4)
  header.writeUIntLE(payload.length, 0, 3)
  header.writeUInt8(sequence, 3)
  return Buffer.concat([header, payload])
}

// Of MySQL's capability flags those without which a client of today does not go on: long passwords,
// the protocol of 4.1, TLS, secure connections, authentication by plugins.
const tlsFlag = 0x0800
const baseFlags = 0x0008_8201

/** The first packet of a server (Protocol::HandshakeV10). */
function greeting(tls: boolean): Buffer {
  const flags = tls ? baseFlags | tlsFlag : baseFlags
  const fixed = Buffer.alloc(4 + 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10)
  fixed.writeUInt32LE(7, 0)
  fixed.write('abcdefgh', 4)
  fixed.writeUInt16LE(flags & 0xffff, 13)
  fixed.writeUInt8(45, 15)
  fixed.writeUInt16LE(flags >>> 16, 18)
  fixed.writeUInt8(21, 20)
  return packet(
    0,
    Buffer.concat([
      Buffer.from('\x0a8.0.39\0'),
      fixed,
      Buffer.from('ijklmnopqrst\0mysql_native_password\0'),
    ]),
  )
}

const refusal = (sequence: number, errno: number, sqlState = 'HY000'): Buffer => {
  const head = Buffer.from([0xff, errno & 0xff, errno >>> 8])
  return packet(sequence, Buffer.concat([head, Buffer.from(`#${sqlState}refused on purpose`)]))
}

/** A request for TLS is a packet of 32 bytes; what follows it is TLS already. */
const requestForTls = 4 + 32

/** Ends a connection as `manner` says, if this is the place. */
function endsHere(
  socket: Socket,
  manner: Manner,
  at: 'connect' | 'greeting' | 'handshake' | 'login',
) {
  if (!('at' in manner) || manner.at !== at) return false
  if (manner.kind === 'cut') socket.destroy()
  if (manner.kind === 'reset') socket.resetAndDestroy()
  return true
}

async function readBytes(socket: Socket, bytes: number): Promise<void> {
  while (socket.read(bytes) === null) await once(socket, 'readable')
}

async function serve(socket: Socket, manner: Manner, certificate: Certificate): Promise<void> {
  if (manner.kind === 'silent' || endsHere(socket, manner, 'connect')) return
  if (manner.kind === 'garbage') return void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
  if (manner.kind === 'greets with') {
    socket.end(refusal(0, manner.errno, manner.sqlState))
    return
  }
  socket.write(greeting(manner.kind !== 'no TLS'))
  await readBytes(socket, requestForTls)
  if (endsHere(socket, manner, 'greeting')) return
  if ('at' in manner && manner.at === 'handshake') {
    await readBytes(socket, 1)
    endsHere(socket, manner, 'handshake')
    return
  }
  const secure = new TLSSocket(socket, { isServer: true, ...certificate })
  secure.on('error', () => undefined)
  await once(secure, 'data')
  if ('at' in manner) {
    // Inside of TLS a reset is one of the connection below.
    if (manner.kind === 'reset') socket.resetAndDestroy()
    if (manner.kind === 'cut') secure.destroy()
  } else if (manner.kind === 'logs in with') secure.end(refusal(3, manner.errno, manner.sqlState))
}

/** A server on a port of 127.0.0.1 that speaks MySQL's greeting and TLS, and then fails. */
export async function failingMysql(
  certificate: Certificate,
  manners: Manner[],
): Promise<FailingMysql> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    const manner = made.manners[Math.min(connections, made.manners.length - 1)]
    connections += 1
    // A client that gives up is what the test is about; the server has nothing to add.
    if (manner) serve(socket, manner, certificate).catch(() => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const made: FailingMysql = {
    port: (server.address() as AddressInfo).port,
    manners,
    connections: () => connections,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
  return made
}
