import { createConnection } from 'mysql2/promise'
import { CannotStart } from '../machine/cannot-start.ts'
import { enginePort } from '../machine/free-ports.ts'
import type { Stack } from '../machine/stack.ts'
import { waitUntil } from '../machine/wait-until.ts'
import { startService } from './docker.ts'
import { type Engine, unlessItEnds } from './engine.ts'
import { startNativeMySql } from './mysql-native.ts'
import { passwordOf } from './mysql-password.ts'
import { findServer } from './mysql-server.ts'
import { mysqlTls, tlsIsAsked } from './mysql-tls.ts'

interface MySqlAddress {
  MYSQL_HOST: string
  MYSQL_PORT: string
  MYSQL_USER: string
  MYSQL_PASSWORD: string
  MYSQL_DATABASE: string
  /** Set: connections are by TLS, and this is the authority of the certificate (PEM). */
  MYSQL_CA?: string
}

export interface MySql extends Engine {
  /** As this machine reaches it. */
  address: MySqlAddress
  /** As a container of compose.yaml reaches it, where that is another address. */
  inCompose?: { MYSQL_HOST: string; MYSQL_PORT: string }
}

/**
 * MySQL: the one of MYSQL_URL, else Docker, else a native 8.x. Ready for connections. Throws
 * CannotStart.
 */
export async function startMySql(stack: Stack, docker: boolean): Promise<MySql> {
  const given = process.env.MYSQL_URL
  if (given || docker) tlsIsAsked(false)
  if (given) return existing(stack, given)
  return docker ? inDocker(stack) : native(stack)
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
  await untilConnected(stack, address)
  return { name: 'MySQL', chosen: `MySQL of MYSQL_URL, ${url.host}`, running: undefined, address }
}

async function inDocker(stack: Stack): Promise<MySql> {
  const port = await enginePort(stack, 'mysql')
  const address = addressAt(port, 'app')
  const running = await startService(stack, 'mysql', { MYSQL_PORT: String(port) })
  await unlessItEnds(stack, 'mysql', running, untilConnected(stack, address))
  const chosen = `MySQL 8.4 in Docker, port ${port}`
  const inCompose = { MYSQL_HOST: 'mysql', MYSQL_PORT: '3306' }
  return { name: 'MySQL', chosen, running, address, inCompose }
}

async function native(stack: Stack): Promise<MySql> {
  const port = await enginePort(stack, 'mysql')
  const tls = await mysqlTls(stack)
  const address = { ...addressAt(port, passwordOf(stack)), ...tls.client }
  const server = await findServer(stack)
  const running = await startNativeMySql(stack, server, port, tls.args)
  await unlessItEnds(stack, 'mysql', running, untilConnected(stack, address))
  const by = address.MYSQL_CA ? ', by TLS' : ''
  const chosen = `MySQL ${server.version}, ${server.origin}, port ${port}${by}`
  return { name: 'MySQL', chosen, running, address }
}

/** The user and the database are those of mysql-init.sql, and so is the password in Docker. */
const addressAt = (port: number, password: string): MySqlAddress => ({
  MYSQL_HOST: '127.0.0.1',
  MYSQL_PORT: String(port),
  MYSQL_USER: 'app',
  MYSQL_PASSWORD: password,
  MYSQL_DATABASE: 'chat',
})

function untilConnected(stack: Stack, address: MySqlAddress): Promise<void> {
  return waitUntil(stack, 'MySQL', 90, async () => {
    const connection = await createConnection({
      host: address.MYSQL_HOST,
      port: Number(address.MYSQL_PORT),
      user: address.MYSQL_USER,
      password: address.MYSQL_PASSWORD,
      database: address.MYSQL_DATABASE,
      connectTimeout: 2_000,
      ...(address.MYSQL_CA ? { ssl: { ca: address.MYSQL_CA, verifyIdentity: true } } : {}),
    })
    await connection.end()
    return true
  })
}
