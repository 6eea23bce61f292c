import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'

/**
 * The id of the process at the other end of a connection over 127.0.0.1; undefined when it is
 * closed there, or belongs to another user. Synchronous, because its callers hold bytes back until
 * they know whose they are. It takes some milliseconds on Linux, longer where lsof must be called.
 */
export function peerOf(
  { localPort, remotePort }: Socket,
  platform: string = process.platform,
): number | undefined {
  if (localPort === undefined || remotePort === undefined) return undefined
  return platform === 'linux' ? fromProc(remotePort, localPort) : fromLsof(remotePort, localPort)
}

/** By the inode of the peer's socket, which is in the name of a file descriptor of its process. */
function fromProc(peer: number, own: number): number | undefined {
  const inode = inodeOf(peer, own)
  if (inode === undefined) return undefined
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => holds(pid, `socket:[${inode}]`))
}

/**
 * proc(5): each line of /proc/net/tcp has two addresses as `0100007F:4E20`, the state, six columns,
 * and the inode.
 */
function inodeOf(peer: number, own: number): string | undefined {
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local, remote, , , , , , , inode] = line.trim().split(/\s+/)
    // A closed socket stays in the table for a while, without an inode.
    if (portOf(local) === peer && portOf(remote) === own && inode !== '0') return inode
  }
  return undefined
}

const portOf = (address: string | undefined) => Number.parseInt(address?.split(':')[1] ?? '', 16)

function holds(pid: number, target: string): boolean {
  const folder = `/proc/${pid}/fd`
  return namesIn(folder).some((name) => {
    try {
      return readlinkSync(`${folder}/${name}`) === target
    } catch {
      return false // It was closed after the listing.
    }
  })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // The process has ended, or is another user's.
  }
}

/**
 * lsof prints both ends of the connection, each after its process. The peer's is the one that
 * begins with its port.
 */
function fromLsof(peer: number, own: number): number | undefined {
  const { stdout } = spawnSync('lsof', ['-nP', `-iTCP@127.0.0.1:${peer}`, '-Fpn'], {
    encoding: 'utf8',
  })
  let pid: number | undefined
  for (const line of (stdout ?? '').split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    if (line === `n127.0.0.1:${peer}->127.0.0.1:${own}`) return pid
  }
  return undefined
}
