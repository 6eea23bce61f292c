import type { Socket } from 'node:net'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { dbOf } from '../../functions/clients/mysql.ts'
import type { Db } from '../../functions/mysql/db.ts'
import { startMySql } from '../../infra-local/engines/mysql.ts'
import { openStack, type Stack } from '../../infra-local/machine/stack.ts'
import { accessOf } from '../support/local-access.ts'
import { removeStack, startStack, type TestStack } from '../support/stack.ts'
import { type AwsProxy, awsProxy } from './aws-proxy.ts'
import { configure, invoke, killProcess, processAt } from './lambda.ts'
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts'

/** A local stack whose functions reach every engine through a proxy of the test. */
export interface System {
  base: string
  /** The stores' own addresses, past the proxies: the checks must not depend on what is broken. */
  env: Record<string, string>
  db: Db
  /**
   * Runs a statement on mysqld, on a connection of its own: `db` refuses a server that only reads.
   */
  runOnMysqld(statement: string): Promise<void>
  mysql: TcpProxy
  /** Undefined if this machine has no OpenSearch. */
  search: TcpProxy | undefined
  queue: TcpProxy
  aws: AwsProxy
  killMysqld(): Promise<void>
  startMysqld(): Promise<void>
  /** The process whose bytes come on a connection of the proxies, if it is one of this function. */
  processAt(connection: Socket, name: string): number | undefined
  /** kill -9 of a function's process; returns whether it was still running. */
  kill(pid: number, name: string): boolean
  invoke(name: string): Promise<unknown>
  stop(): Promise<void>
}

/**
 * Starts it, on free ports, with data of its own. The engines run as plain processes even where
 * Docker runs: the scenarios kill them and stand between them, and containers would have to be
 * reached in another way on every machine. MySQL is started here, because a stack ends when an
 * engine of its own dies. `env` are more variables for `npm start`. Throws CannotStart.
 */
export async function startSystem(
  name: string,
  env: Record<string, string>,
  print: (text: string) => void,
): Promise<System> {
  const ending = new AbortController()
  const opened = {
    ...openStack(`test-${process.pid}-${name}-db`, ending.signal),
    say: () => undefined,
  }
  try {
    const mysqld = await mysqldOf(opened)
    const own = { CHAT_DOCKER: 'off', MYSQL_URL: mysqld.url }
    const stack = await startStack(name, { ...env, ...own }, print)
    return await wired(stack, mysqld, async () => {
      await stack.stop()
      await mysqld.kill('SIGTERM')
      removeStack(name)
      removeStack(`${name}-db`)
    })
  } catch (error) {
    await Promise.all([...opened.running].map((running) => running.stop(5_000)))
    throw error
  }
}

interface Mysqld {
  url: string
  port: number
  socket: string
  start(): Promise<void>
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

async function mysqldOf(own: Stack): Promise<Mysqld> {
  let { running, address } = await startMySql(own, false)
  return {
    url: `mysql://app:${address.MYSQL_PASSWORD}@127.0.0.1:${address.MYSQL_PORT}/chat`,
    port: Number(address.MYSQL_PORT),
    socket: join(own.folder, 'mysql', 'mysql.sock'),
    start: async () => {
      ;({ running, address } = await startMySql(own, false))
    },
    kill: async (signal) => {
      if (!running) throw new Error('a MySQL was given: unset MYSQL_URL')
      process.kill(running.pid, signal)
      await running.ended
      await running.stop(500)
    },
  }
}

async function wired(stack: TestStack, mysqld: Mysqld, stop: () => Promise<void>): Promise<System> {
  const { env } = stack
  const access = accessOf(env)
  const aws = await awsProxy(access.endpoint)
  const [mysql, queue] = await Promise.all([tcpProxy(mysqld.port), tcpProxy(aws.port)])
  const search = env.OPENSEARCH_URL
    ? await tcpProxy(Number(new URL(env.OPENSEARCH_URL).port))
    : undefined
  await configure(access, (name, variables) => ({
    ...variables,
    ...('MYSQL_PORT' in variables ? { MYSQL_PORT: String(mysql.port) } : {}),
    ...(search && 'OPENSEARCH_URL' in variables
      ? { OPENSEARCH_URL: `http://127.0.0.1:${search.port}` }
      : {}),
    // The SDK sends to the host of a queue's URL.
    ...atPort(variables, 'QUEUE_URL', queue.port),
    ...atPort(variables, 'QUARANTINE_URL', queue.port),
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${aws.port}`,
    AWS_SDK_UA_APP_ID: name,
  }))
  const connect = () =>
    createConnection({
      socketPath: mysqld.socket,
      user: 'root',
      database: 'chat',
      supportBigNumbers: true,
    })
  const db = dbOf(connect, 120_000)
  return {
    base: stack.baseUrl,
    env,
    db,
    runOnMysqld: async (statement) => {
      const connection = await connect()
      await connection.query(statement)
      await connection.end()
    },
    mysql,
    search,
    queue,
    aws,
    killMysqld: () => mysqld.kill('SIGKILL'),
    startMysqld: mysqld.start,
    // Calls to SQS come through two proxies.
    processAt: (connection, name) => processAt(queue.origin(connection) ?? connection, name),
    kill: killProcess,
    invoke: (name) => invoke(access, name),
    stop: async () => {
      db.renew()
      await Promise.all([mysql.close(), search?.close(), queue.close(), aws.close()])
      await stop()
    },
  }
}

function atPort(
  variables: Record<string, string>,
  name: string,
  port: number,
): Record<string, string> {
  const url = variables[name]
  if (url === undefined) return {}
  const moved = new URL(url)
  moved.hostname = '127.0.0.1'
  moved.port = String(port)
  return { [name]: moved.href }
}
