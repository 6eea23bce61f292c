import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivate } from '../machine/private-file.ts'
import type { Stack } from '../machine/stack.ts'

/**
 * The password of the user `app` in a native MySQL: 128 random bits, in hexadecimal. It is made
 * with the stack and kept with its data, because the functions are deployed with it.
 */
export function passwordOf(stack: Pick<Stack, 'folder'>): string {
  const file = join(stack.folder, 'mysql.password')
  if (!existsSync(file)) writePrivate(file, randomBytes(16).toString('hex'))
  return readFileSync(file, 'utf8')
}

/**
 * Writes what a native server runs at each start, before it takes connections: mysql-init.sql, and
 * the password, also for data of a version that had a known one. Returns the file.
 */
export function initFile(stack: Pick<Stack, 'folder'>): string {
  const file = join(stack.folder, 'mysql-init.sql')
  const statements = readFileSync(join(import.meta.dirname, 'mysql-init.sql'), 'utf8')
  const password = `ALTER USER 'app'@'%' IDENTIFIED BY '${passwordOf(stack)}';`
  writePrivate(file, `${statements.trimEnd()}\n${password}\n`)
  return file
}
