import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { CannotStart } from '../machine/cannot-start.ts'
import { cached } from '../machine/download.ts'
import { enginePort } from '../machine/free-ports.ts'
import { run, start } from '../machine/processes.ts'
import type { Running, Stack } from '../machine/stack.ts'
import { waitUntil } from '../machine/wait.ts'
import { startService } from './docker.ts'
import { type Engine, unlessItEnds } from './engine.ts'
import { findServer, type Server } from './mysql-server.ts'

interface MySqlAddress {
  MYSQL_HOST: string
  MYSQL_PORT: string
  MYSQL_USER: string
  MYSQL_PASSWORD: string
  MYSQL_DATABASE: string
}

export interface MySql extends Engine {
  /** From this machine. */
  address: MySqlAddress
  /** From a container of compose.yaml, where it is another. */
  inCompose?: { MYSQL_HOST: string; MYSQL_PORT: string }
}

/**
 * MySQL: the one of MYSQL_URL, else Docker, else a native 8.x. Ready for connections. Throws
 * CannotStart.
 */
export async function startMySql(stack: Stack, docker: boolean): Promise<MySql> {
  const given = process.env.MYSQL_URL
  if (given) return await existing(stack, given)
  const port = await enginePort(stack, 'mysql')
  const address = appAt(port)
  if (docker) {
    const running = await startService(stack, 'mysql', { MYSQL_PORT: String(port) })
    await unlessItEnds(stack, 'mysql', running, answers(stack, address))
    const chosen = `MySQL 8.4 in Docker, port ${port}`
    return {
      name: 'MySQL',
      chosen,
      running,
      address,
      inCompose: { MYSQL_HOST: 'mysql', MYSQL_PORT: '3306' },
    }
  }
  const server = await findServer(stack)
  const running = await startNative(stack, server, port)
  await unlessItEnds(stack, 'mysql', running, answers(stack, address))
  return {
    name: 'MySQL',
    chosen: `MySQL ${server.version}, ${server.origin}, port ${port}`,
    running,
    address,
  }
}

async function existing(stack: Stack, given: string): Promise<MySql> {
  if (!URL.canParse(given))
    throw new CannotStart('MYSQL_URL must be mysql://user:password@host:port/database')
  const url = new URL(given)
  const address = {
    MYSQL_HOST: url.hostname,
    MYSQL_PORT: url.port || '3306',
    MYSQL_USER: decodeURIComponent(url.username),
    MYSQL_PASSWORD: decodeURIComponent(url.password),
    MYSQL_DATABASE: url.pathname.slice(1) || 'chat',
  }
  await answers(stack, address)
  return { name: 'MySQL', chosen: `MySQL of MYSQL_URL, ${url.host}`, running: undefined, address }
}

const appAt = (port: number): MySqlAddress => ({
  MYSQL_HOST: '127.0.0.1',
  MYSQL_PORT: String(port),
  MYSQL_USER: 'app',
  MYSQL_PASSWORD: 'app',
  MYSQL_DATABASE: 'chat',
})

function answers(stack: Stack, address: MySqlAddress): Promise<void> {
  return waitUntil(stack, 'MySQL', 90, async () => {
    const connection = await createConnection({
      host: address.MYSQL_HOST,
      port: Number(address.MYSQL_PORT),
      user: address.MYSQL_USER,
      password: address.MYSQL_PASSWORD,
      database: address.MYSQL_DATABASE,
      connectTimeout: 2_000,
    })
    await connection.end()
    return true
  })
}

// mysqld refuses to run as root unless told; relative paths are below the data folder, so the
// socket's stays short.
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []

/** An empty data folder is made once for each server (3-4 s) and copied for each stack. */
async function dataFolder(stack: Stack, server: Server): Promise<string> {
  const data = join(stack.folder, 'mysql')
  if (existsSync(data)) return data
  const what = 'making an empty MySQL data folder'
  const template = await cached(stack, `mysql-data-${server.version}`, what, async (folder) => {
    const args = [
      '--no-defaults',
      '--initialize-insecure',
      ...asRoot,
      ...server.args,
      `--datadir=${folder}/data`,
    ]
    const advice = 'see the log'
    await run(stack, {
      name: 'mysql-initialize',
      command: server.mysqld,
      args,
      env: server.env,
      advice,
    })
  })
  rmSync(`${data}.half`, { recursive: true, force: true })
  cpSync(join(template, 'data'), `${data}.half`, { recursive: true })
  rmSync(join(`${data}.half`, 'auto.cnf'), { force: true }) // The server's own id: each makes its own.
  renameSync(`${data}.half`, data)
  return data
}

async function startNative(stack: Stack, server: Server, port: number): Promise<Running> {
  const data = await dataFolder(stack, server)
  const args = [
    '--no-defaults',
    ...asRoot,
    ...server.args,
    `--datadir=${data}`,
    `--init-file=${join(import.meta.dirname, 'mysql-init.sql')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--socket=mysql.sock',
    '--pid-file=mysql.pid',
    '--mysqlx=OFF',
    '--skip-name-resolve',
    '--default-time-zone=+00:00',
    '--disable-log-bin',
    '--performance-schema=OFF',
    '--innodb-buffer-pool-size=128M',
  ]
  return start(stack, { name: 'mysql', command: server.mysqld, args, env: server.env })
}
