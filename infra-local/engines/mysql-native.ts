import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cached } from '../machine/download.ts'
import { run, start } from '../machine/processes.ts'
import type { Running, Stack } from '../machine/stack.ts'
import { initFile } from './mysql-password.ts'
import type { Server } from './mysql-server.ts'

/** mysqld refuses to run as root unless it is told to. */
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []

/** An empty data folder is made once for each server (3-4 s) and copied for each stack. */
async function dataFolder(stack: Stack, server: Server): Promise<string> {
  const data = join(stack.folder, 'mysql')
  if (existsSync(data)) return data
  const template = await cached(stack, {
    name: `mysql-data-${server.version}`,
    what: 'making an empty MySQL data folder',
    megabytes: 250,
    make: (folder) => initialize(stack, server, folder),
  })
  rmSync(`${data}.half`, { recursive: true, force: true })
  cpSync(join(template, 'data'), `${data}.half`, { recursive: true })
  // The server's own id: each makes its own.
  rmSync(join(`${data}.half`, 'auto.cnf'), { force: true })
  renameSync(`${data}.half`, data)
  return data
}

async function initialize(stack: Stack, server: Server, folder: string): Promise<void> {
  const how = ['--no-defaults', '--initialize-insecure', ...asRoot, ...server.args]
  await run(stack, {
    name: 'mysql-initialize',
    command: server.mysqld,
    args: [...how, `--datadir=${folder}/data`],
    env: server.env,
    advice: 'see the log',
  })
}

/**
 * Starts this mysqld on 127.0.0.1, on the stack's own data, with `more` arguments. Throws
 * CannotStart.
 */
export async function startNativeMySql(
  stack: Stack,
  server: Server,
  port: number,
  more: string[],
): Promise<Running> {
  const data = await dataFolder(stack, server)
  const args = [
    '--no-defaults',
    ...asRoot,
    ...server.args,
    `--datadir=${data}`,
    `--init-file=${initFile(stack)}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    // Relative to the data folder: the path of a socket may have about 100 characters only.
    '--socket=mysql.sock',
    '--pid-file=mysql.pid',
    '--mysqlx=OFF',
    '--skip-name-resolve',
    '--default-time-zone=+00:00',
    '--disable-log-bin',
    '--performance-schema=OFF',
    '--innodb-buffer-pool-size=128M',
    ...more,
  ]
  return start(stack, { name: 'mysql', command: server.mysqld, args, env: server.env })
}
