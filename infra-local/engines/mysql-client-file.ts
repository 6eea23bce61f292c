import { join } from 'node:path'
import { writePrivate } from '../machine/private-file.ts'
import type { Stack } from '../machine/stack.ts'
import type { MySql } from './mysql.ts'

/**
 * Writes the option file by which a person's `mysql` reaches the stack's own MySQL, so that its
 * password is on no command line and no screen. Returns the file.
 */
export function writeClientFile(stack: Pick<Stack, 'folder'>, { address }: MySql): string {
  const file = join(stack.folder, 'mysql.cnf')
  const lines = [
    '[client]',
    'protocol = tcp',
    `host = ${address.MYSQL_HOST}`,
    `port = ${address.MYSQL_PORT}`,
    `user = ${address.MYSQL_USER}`,
    `password = ${address.MYSQL_PASSWORD}`,
  ]
  writePrivate(file, `${lines.join('\n')}\n`)
  return file
}
