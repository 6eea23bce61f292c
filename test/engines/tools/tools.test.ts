import { readFileSync } from 'node:fs'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, expect, test } from 'vitest'
import { table } from '../../../functions/clients/dynamodb.ts'
import { dbOf } from '../../../functions/clients/mysql.ts'
import { connect } from '../../../functions/clients/mysql-connection.ts'
import { appBytes } from '../../../functions/mysql/cells.ts'
import { rowsOf } from '../../../functions/mysql/rows.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import { entryInHead, headKey, readHead } from '../../../functions/protocol/table/head.ts'
import { requestItemKey, shardOf } from '../../../functions/protocol/table/request.ts'
import { encode } from '../../../functions/protocol/write/envelope.ts'
import { get, post, read, shapes } from '../../support/http.ts'
import { until } from '../../support/parallel.ts'
import { runTool, stackName } from './run-tool.ts'

const client = new SQSClient({})
const db = dbOf((ms) => connect(process.env.MYSQL_DATABASE, ms))
afterAll(() => {
  client.destroy()
  db.renew()
})
const stack = () => ['--stack', stackName()]

async function newChat() {
  const { token } = read(await post('/applications', { name: 'tools' }), 201, shapes.application)
  const { number } = read(await post(`/applications/${token}/chats`), 201, shapes.chat)
  return { token, path: `/applications/${token}/chats/${number}/messages` }
}

/** Waits until a message is a row and its entry is pruned; returns what its request got. */
async function settledEntryOf(parent: ReturnType<typeof chatParent>, number: number) {
  const entry = await until(
    'the message is settled',
    60,
    async () => {
      const row = await rowsOf(db).show(parent, number)
      const head = readHead((await table().get(headKey(parent))) ?? {})
      return row && row.rid !== null && !entryInHead(head, row.rid)
        ? { ...row, rid: row.rid }
        : undefined
    },
    (found) => found !== undefined,
  )
  if (!entry) throw new Error('it is not settled')
  return entry
}

/** Puts a message into quarantine as persist does; returns its id. */
async function quarantined(body: string): Promise<string> {
  const MessageAttributes = { reason: { DataType: 'String', StringValue: 'test' } }
  const command = { QueueUrl: process.env.QUARANTINE_URL, MessageBody: body, MessageAttributes }
  return String((await client.send(new SendMessageCommand(command))).MessageId)
}

/** Takes the row of message 1 of chat 1 out of MySQL; returns the envelope that makes it again. */
async function takeOut(token: string): Promise<string> {
  const parent = chatParent(appKey(token), 1)
  const row = await until(
    'the message is stored',
    60,
    () => rowsOf(db).show(parent, 1),
    (found) => found !== undefined,
  )
  if (!row?.rid) throw new Error('it was stored by no create')
  await db.query('DELETE FROM messages WHERE app = ?', [appBytes(parent.app)])
  const { rid, rev, number, value } = row
  return encode({ rid, rev, number, parent, act: 'create', values: [value] })
}

test('the audit of the stack checks rows and documents and finds everything in order', async () => {
  const { path } = await newChat()
  for (const body of ['one', 'two', 'three'])
    expect(await post(path, { body })).toMatchObject({ status: 201 })
  const { code, output } = await runTool('audit', ...stack())
  expect(output).toMatch(/holds +the index equals the rows/)
  expect(output).toMatch(/ 0 violations\n?$/)
  expect(code, output).toBe(0)
})

test('restoring counters stops creates, and starts them again when it is done', async () => {
  const { path } = await newChat()
  const dry = await runTool('restore-counters', ...stack())
  expect(dry, dry.output).toMatchObject({
    code: 0,
    output: expect.stringContaining('nothing was done'),
  })
  const running = runTool('restore-counters', ...stack(), '--apply')
  // Only the status is looked at: the local endpoint may answer 429 in its own words; on AWS it is
  // 503 (lib/gateway-responses.ts).
  const status = async () =>
    (await fetch(`${process.env.CHAT_BASE_URL}${path}`, { method: 'POST' })).status
  await until('creates are refused', 30, status, (got) => got === 429 || got === 503)
  const { code, output } = await running
  expect(output).toMatch(
    /stopped \d+ functions[\s\S]*0 counters made, 0 raised[\s\S]*started \d+ functions again/,
  )
  expect(code, output).toBe(0)
  expect(await post(path, { body: 'afterwards' })).toMatchObject({ status: 201 })
})

test('restore-counters comes to its end on a table from a backup that shows what has arrived as on its way', async () => {
  const { token, path } = await newChat()
  for (const body of ['settled', 'sent again']) await post(path, { body })
  const parent = chatParent(appKey(token), 1)
  const entries = await Promise.all([1, 2].map((number) => settledEntryOf(parent, number)))
  const [settled, waits] = entries
  if (!settled || !waits) throw new Error('there are two messages')
  // As in a backup from before the HEAD was pruned; the second request, with its body, is as it was
  // before it was marked as stored, and is due in hours.
  for (const { rid, rev, number } of entries)
    await table().update({
      Key: headKey(parent),
      UpdateExpression: 'SET #r.#rid = :rev, #rn.#rid = :number',
      ConditionExpression: 'attribute_exists(#pk)',
      ExpressionAttributeNames: { '#pk': 'pk', '#r': 'r', '#rn': 'rn', '#rid': rid },
      ExpressionAttributeValues: { ':rev': rev, ':number': number },
    })
  await table().update({
    Key: requestItemKey(waits.rid),
    UpdateExpression:
      'SET #values = :values, #due = :due, #shard = :shard REMOVE #stored, #expiry, #n, #rev',
    ConditionExpression: 'attribute_exists(#stored)',
    ExpressionAttributeNames: {
      ...{ '#values': 'values', '#due': 'due', '#shard': 'due_shard' },
      ...{ '#stored': 'stored', '#expiry': 'expiry', '#n': 'n', '#rev': 'rev' },
    },
    ExpressionAttributeValues: {
      ':values': JSON.stringify([waits.value]),
      ':due': Date.now() + 5 * 60 * 60_000,
      ':shard': shardOf(waits.rid),
    },
  })
  const { code, output } = await runTool('restore-counters', ...stack(), '--apply')
  expect(code, output).toBe(0)
  expect(output).toMatch(/1 that wait were sent again/)
  expect(readHead((await table().get(headKey(parent))) ?? {}).entries).toEqual([])
  expect(await post(path, { body: 'next' })).toMatchObject({ status: 201, body: { number: 3 } })
})

test('redrive lists without bodies, sends the chosen again in order, and drops', async () => {
  const { token, path } = await newChat()
  await post(path, { body: 'a secret word' })
  const id = await quarantined(await takeOut(token))
  const junk = await quarantined('no envelope')

  const listed = await runTool('redrive', 'list', ...stack())
  expect(listed.code, listed.output).toBe(0)
  expect(listed.output).toContain(`create chat#${appKey(token)}#1/1 rev 1`)
  expect(listed.output).not.toContain('secret')
  const shown = await runTool('redrive', 'show', '--message', id, '--show-body', ...stack())
  expect(shown.output).toContain('secret')

  const dry = await runTool('redrive', 'resend', '--message', id, ...stack())
  expect(dry.output).toContain('--apply does it')
  const sent = await runTool(
    'redrive',
    'resend',
    '--message',
    id,
    '--message',
    junk,
    '--apply',
    ...stack(),
  )
  expect(sent.output).toContain('1 sent again')
  expect(sent.output).toContain(`${junk}: is no envelope`)
  await until(
    'it is stored',
    60,
    () => get(`${path}/1`),
    ({ status }) => status === 200,
  )
  const dropped = await runTool('redrive', 'drop', '--reason', 'test', '--apply', ...stack())
  expect(dropped.output).toContain('1 dropped')
  expect((await runTool('redrive', ...stack())).output).not.toContain(junk)
})

test('redrive sends dead letters again, which a FIFO queue keeps', async () => {
  const { token, path } = await newChat()
  await post(path, { body: 'given up' })
  const body = await takeOut(token)
  const outputs: { chat: Record<string, string> } = JSON.parse(
    readFileSync(process.env.CHAT_OUTPUTS ?? '', 'utf8'),
  )
  const ids = { MessageGroupId: `chat#${appKey(token)}#1`, MessageDeduplicationId: token }
  await client.send(
    new SendMessageCommand({ QueueUrl: outputs.chat.DeadLetterUrl, MessageBody: body, ...ids }),
  )
  const dead = ['--queue', 'dead', ...stack()]
  expect((await runTool('redrive', ...dead)).output).toContain('given up after 1,000 attempts')
  const sent = await runTool('redrive', 'resend', '--all', '--apply', ...dead)
  expect(sent.output).toContain('1 sent again')
  await until(
    'it is stored',
    60,
    () => get(`${path}/1`),
    ({ status }) => status === 200,
  )
  expect((await runTool('redrive', ...dead)).output).toContain('dead: 0 messages')
})

test.each(['audit', 'restore-counters', 'redrive'])(
  '%s has help, and refuses what it does not know',
  async (tool) => {
    expect(await runTool(tool, '--help')).toMatchObject({
      code: 0,
      output: expect.stringContaining(`npm run ${tool}`),
    })
    expect(await runTool(tool, '--unknown')).toMatchObject({
      code: 2,
      output: expect.stringContaining('--unknown'),
    })
    expect(await runTool(tool, '--stack', 'none-such')).toMatchObject({
      code: 2,
      output: expect.stringContaining('no local stack "none-such" runs'),
    })
  },
)

test('a suspended application refuses writes, then reads, and works again when that is lifted', async () => {
  const { token, path } = await newChat()
  const app = appKey(token)
  const run = async (...options: string[]) => {
    const { code, output } = await runTool('suspend', ...options, '--json', ...stack(), app)
    expect(code, output).toBe(0)
    return output
  }
  const statuses = async () => ({
    write: (await post(path, { body: 'x' })).status,
    read: (await get(path)).status,
  })
  expect(await run()).toContain('"suspended":null')
  expect(await statuses()).toEqual({ write: 201, read: 200 })
  expect(await run('--apply')).toContain('"suspended":"writes"')
  expect(await statuses()).toEqual({ write: 403, read: 200 })
  expect((await post(path, { body: 'x' })).body).toMatchObject({
    type: '/docs/problems#application-suspended',
  })
  await run('--reads', '--apply')
  expect(await statuses()).toEqual({ write: 403, read: 403 })
  // Without --apply nothing is done.
  expect(await run('--lift')).toContain('"suspended":"all"')
  await run('--lift', '--apply')
  expect(await statuses()).toEqual({ write: 201, read: 200 })
})

test('suspending an application that does not exist is refused', async () => {
  const { code, output } = await runTool('suspend', ...stack(), '--apply', appKey('nobody'))
  expect(code).toBe(2)
  expect(output).toMatch(/no counter of an application/)
})
