import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { mysqlTls, tlsIsAsked } from '../../../infra-local/engines/mysql-tls.ts'
import type { Stack } from '../../../infra-local/machine/stack.ts'

afterEach(() => vi.unstubAllEnvs())

const stack = (): Stack => ({
  name: 'test',
  folder: mkdtempSync(join(tmpdir(), 'mysql-tls-')),
  signal: new AbortController().signal,
  running: new Set(),
  say: () => undefined,
})

test('a native MySQL always has a certificate, whose key is for its owner alone', async () => {
  const made = stack()
  const { args, client } = await mysqlTls(made)
  const [cert, key] = ['cert.pem', 'key.pem'].map((file) => join(made.folder, 'mysql-tls', file))
  expect(args).toEqual([`--ssl-cert=${cert}`, `--ssl-key=${key}`])
  expect(statSync(key ?? '').mode & 0o777).toBe(0o600)
  expect(client).toEqual({})
})

test('CHAT_MYSQL_TLS=on requires TLS, and tells clients whom to trust', async () => {
  vi.stubEnv('CHAT_MYSQL_TLS', 'on')
  const made = stack()
  const { args, client } = await mysqlTls(made)
  expect(args).toContain('--require-secure-transport=ON')
  expect(client.MYSQL_CA).toBe(readFileSync(join(made.folder, 'mysql-tls', 'cert.pem'), 'utf8'))
})

test('it is refused where the MySQL is not ours to configure, and in another spelling', () => {
  vi.stubEnv('CHAT_MYSQL_TLS', 'on')
  expect(() => tlsIsAsked(false)).toThrow('CHAT_DOCKER=off')
  vi.stubEnv('CHAT_MYSQL_TLS', 'yes')
  expect(() => tlsIsAsked(true)).toThrow('on or off')
  vi.stubEnv('CHAT_MYSQL_TLS', 'off')
  expect(tlsIsAsked(false)).toBe(false)
})
