import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isAway } from '../../functions/api/away-errors.ts'
import { mysqlAway, mysqlAwayCodes } from '../../functions/mysql/away.ts'
import { classify } from '../../functions/persist/failures.ts'

const mysql2 = join(import.meta.dirname, '../../node_modules/mysql2/lib')
const errors: Record<string, unknown> = createRequire(import.meta.url)(
  `${mysql2}/constants/errors.js`,
)
/** The server's errors by number; those below 1000 are of its inside and never leave it. */
const server = Object.entries(errors).flatMap(([errno, name]) =>
  Number(errno) >= 1000 && typeof name === 'string' ? [{ errno: Number(errno), name }] : [],
)
const errorOf = (code: string, errno?: number) => Object.assign(new Error('x'), { code, errno })

/** Words by which a name of MySQL's may say that the server, or what it needs, is away. */
const suspicious =
  /CON_|CONN|SHUTDOWN|READ_?ONLY|READ_?LOCK|OFFLINE|TIMEOUT|LOCK|RESOURCE|MEMORY|DISK|FULL|HOST|NET_|KILL|ABORT|TOO_MANY|LIMIT|EXCEED|AVAIL|THREAD|INTERRUPT|COMMIT|BUSY|STARTUP|HANDSHAKE|TRX|GET_ERRNO/
/** Those that do not, by what they are about. */
const others = [
  // Parts of the server that nothing here uses, or that only its administrator does.
  /REPLICA|SLAVE|RPL|SOURCE|GROUP_REPLICATION|_GR_|_GRP_|BINLOG|RBR|GTID|CLONE|_XA_|DEBUG_SYNC/,
  /AUTO_POSITION|STARTUP|PASSWORD|RESOURCE_GROUP|LOCKING_SERVICE|PLUGIN|REDO_LOG_ARCHIVE|MASTER_KEY|FAILOVER|AUDIT/,
  /PARTITION|FULLTEXT|INNODB_FT|REGEXP|BULK_PARSER|FOREIGN_DATA|CONNECTION_METADATA|LOG_TABLE/,
  /WINDOWS|INTERSECT|_TP_|THREAD_ID|THREAD_PRIORITY|SP_|SF_OR_TRG|HOSTNAME|GRANT|KILL_DENIED/,
  // What is wrong with the statement or with what it makes, at every time.
  /TOO_MANY_(KEYS|KEY_PARTS|TABLES|FIELDS|ROWS|RECORDS|VALUES)|EXCEEDED_(MV|IN)|FK_DEPTH|LIMITED/,
  /NOT_LOCKED|ALTER_LOCK|TABLE_LOCK|LOCK_OF_SYSTEM|DB_WITH_READ_LOCK|ACTIVE_TRANSACTION|LIMIT$/,
  /USER_LOCK_WRONG_NAME|LOCK_REFUSED|WRITE_SET|PACKET_TOO_LARGE|IMPLICIT_COMMIT|NO_SUCH_THREAD/,
  /VARIABLE_IS_READONLY|SYS_VAR_IN_READ_ONLY|FEATURE_NOT_AVAILABLE|DEPRECATED/,
  // An account that may not sign in: a person has to let it.
  /HOST_NOT_PRIVILEGED|ACCOUNT_HAS_BEEN_LOCKED/,
]

describe('the table of what MySQL away looks like', () => {
  test('has every error of the server whose name may say so, or a reason why not', () => {
    expect(server.length).toBeGreaterThan(1_500)
    const open = server.filter(
      ({ name }) =>
        suspicious.test(name) &&
        !mysqlAwayCodes.has(name) &&
        !others.some((about) => about.test(name)),
    )
    expect(open).toEqual([])
  })
  test('has no name that MySQL does not know', () => {
    const known = new Set(server.map(({ name }) => name))
    const named = [...mysqlAwayCodes.keys()].filter((code) => code.startsWith('ER_'))
    expect(named.filter((code) => !known.has(code))).toEqual([])
  })
  test('has every code that mysql2 makes itself, but for those of its pools and settings', () => {
    const made = globSync('**/*.js', { cwd: mysql2 }).flatMap((file) =>
      [
        ...readFileSync(join(mysql2, file), 'utf8').matchAll(/\.code = (?:code \|\| )?'(\w+)'/g),
      ].map(([, code]) => code ?? ''),
    )
    expect(made).toContain('HANDSHAKE_SSL_ERROR')
    const settings = /^POOL_|^AUTH_SWITCH_PLUGIN_ERROR$|^MYSQL_CLEAR_PASSWORD_NOT_ENABLED$/
    expect(
      made.filter((code) => !settings.test(code) && mysqlAway(errorOf(code)) !== 'gone'),
    ).toEqual([])
  })
  test('means 503 to a client, and to persist that the message waits', () => {
    for (const code of [...mysqlAwayCodes.keys(), 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC']) {
      const errno = server.find(({ name }) => name === code)?.errno
      expect([code, isAway(errorOf(code, errno))]).toEqual([code, true])
      expect([code, classify(errorOf(code, errno))]).toEqual([code, 'later'])
    }
  })
})

test.each([
  ['ER_LOCK_DEADLOCK', 'busy'],
  ['ER_QUERY_TIMEOUT', 'busy'],
  ['ER_TOO_MANY_USER_CONNECTIONS', 'gone'],
  ['ER_OPTION_PREVENTS_STATEMENT', 'gone'],
  ['HANDSHAKE_SSL_ERROR', 'gone'],
])('%s is %s', (code, away) => {
  expect(mysqlAway(errorOf(code))).toBe(away)
})

test.each([
  'ER_PARSE_ERROR',
  'ER_NO_SUCH_TABLE',
  'ER_DUP_ENTRY',
  'ER_DATA_TOO_LONG',
  'ER_BAD_DB_ERROR',
])('%s is a fault of ours, which no repeat mends', (code) => {
  expect(mysqlAway(errorOf(code))).toBe(undefined)
  expect(isAway(errorOf(code))).toBe(false)
})
