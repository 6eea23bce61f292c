import applications from './0001-applications.ts'
import chats from './0002-chats.ts'
import messages from './0003-messages.ts'

/** One step of the schema. `sql` is a single statement without a semicolon. */
export interface Migration {
  version: number
  name: string
  sql: string
}

/**
 * Forward only; a version is never changed once it is released.
 *
 * One statement each: MySQL commits every DDL statement by itself, so only a single one is all or
 * nothing. A kill between a statement and the note of its version makes the next deploy run it
 * again, so each statement must bear a repeat:
 * - `CREATE TABLE` and `DROP TABLE` by `IF NOT EXISTS` and `IF EXISTS`.
 * - `ALTER TABLE` with `ADD COLUMN`, `ADD KEY`, `DROP COLUMN` or `DROP KEY`, and `CREATE INDEX` and
 *   `DROP INDEX`, as they are: MySQL 8 has no `IF NOT EXISTS` for them, but refuses the repeat with
 *   1060, 1061 or 1091, which migrate.ts takes for "done" if an earlier run began the statement. At
 *   the first run these refusals are mistakes and fail the deploy.
 * - `MODIFY COLUMN` and an `UPDATE` that sets what it has set before, as they are.
 * - `RENAME` of a column, a key or a table has no repeat that MySQL would bear: add the new one,
 *   and drop the old one by a later version.
 */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'applications', sql: applications },
  { version: 2, name: 'chats', sql: chats },
  { version: 3, name: 'messages', sql: messages },
]
