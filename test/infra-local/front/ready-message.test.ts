import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { curlLines, openToPages, readyMessage } from '../../../infra-local/front/ready-message.ts'

const token = 'Zx81yW_cR5b-0kQ2mN7pLtUvSdFgHjKl'

/**
 * Pastes the lines into a shell, against a server that knows one token. Returns the requests of
 * that server.
 */
async function pasted(
  key: boolean,
  proxied = false,
): Promise<{ asked: string[]; printed: string }> {
  const asked: string[] = []
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url} ${incoming.headers.authorization ?? ''}`.trim())
    outgoing.end(JSON.stringify({ token, name: 'Demo', chats_count: 0 }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // Nobody is there.
  const proxy = proxied ? { http_proxy: 'http://127.0.0.1:9', no_proxy: '' } : {}
  const env = { ...process.env, OPERATOR_KEY: 'k', ...proxy }
  const shell = spawn('bash', ['-c', curlLines(base, key, proxied).join('\n')], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let printed = ''
  shell.stdout.on('data', (chunk) => {
    printed += chunk
  })
  await once(shell, 'close')
  server.close()
  return { asked, printed }
}

describe('the three curl lines', () => {
  it('carry the token from the first to the others', async () => {
    const { asked, printed } = await pasted(false)
    expect(asked).toEqual([
      'POST /applications',
      `POST /applications/${token}/chats`,
      `POST /applications/${token}/chats/1/messages`,
      `GET /applications/${token}/chats/1/messages/search?q=llo`,
    ])
    expect(printed.split('\n')[0]).toBe(token)
  })

  it('reach this machine also where the shell has a proxy', async () => {
    expect((await pasted(false, true)).asked).toHaveLength(4)
  })

  it('send the operator key where one is set', async () => {
    expect((await pasted(true)).asked[0]).toBe('POST /applications Bearer k')
  })

  it('stand in the ready message, with the engines, the reference and the lines for tools', () => {
    const block = readyMessage('http://localhost:3000', ['MySQL 8.4 in Docker'], false, ['mysql x'])
    expect(block).toContain('The reference: http://localhost:3000/docs')
    expect(block).toContain('\n  mysql x\n')
    expect(block).toContain('Ready: http://localhost:3000')
    expect(block).toContain('  MySQL 8.4 in Docker')
    for (const line of curlLines('http://localhost:3000', false)) expect(block).toContain(line)
  })
  it('says which engines in Docker web pages reach, and names no other', () => {
    const aws = { name: 'AWS', inCompose: true }
    const mysql = { name: 'MySQL', inCompose: { MYSQL_HOST: 'mysql' } }
    const search = { name: 'OpenSearch', inCompose: 'http://opensearch:9200' }
    const open = openToPages([aws, mysql, search])
    expect(open).toMatch(/pages .* reach LocalStack and OpenSearch in Docker.*CHAT_DOCKER=off/s)
    expect(readyMessage('http://localhost:3000', [], false, [], open)).toContain(open)
    expect(openToPages([{ ...aws, inCompose: false }, mysql, { name: 'OpenSearch' }])).toBe('')
  })
})
