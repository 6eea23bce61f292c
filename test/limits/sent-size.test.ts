import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MessageValue } from '../../functions/kinds/message.ts'
import { limitSettings, queueMessageBytes } from '../../functions/limits/limits.ts'
import { chatParent } from '../../functions/protocol/model/parent.ts'
import { encode } from '../../functions/protocol/write/envelope.ts'
import { eventOf } from '../support/event.ts'

afterEach(() => vi.unstubAllEnvs())
// Limits are read when they are loaded: each test loads them, and what uses them, for its own
// settings.
beforeEach(() => vi.resetModules())

const at = '2026-11-25T12:34:56.789Z'
const app = 'f'.repeat(32)

/** Checks a request; answers the size of the queue message that it becomes. */
async function sentAs(raw: string): Promise<number> {
  const { checkBody, readJson } = await import('../../functions/api/read-body.ts')
  const { messageCreates } = await import('../../functions/kinds/message.ts')
  const checked = checkBody(messageCreates, readJson(eventOf({ method: 'POST', body: raw })))
  const values = ('messages' in checked ? checked.messages : [checked]).map(
    ({ body, sender = null, metadata = null }): MessageValue => ({
      ...{ body, sender, metadata, created_at: at, updated_at: at, deleted_at: at },
    }),
  )
  const [rev, number] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
  const parent = chatParent(app, number)
  return Buffer.byteLength(
    encode({ rid: 'r'.repeat(29), rev, parent, number, act: 'create', values }),
  )
}
const escapedOf = (text: string): string =>
  [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

test('the longest message with every character escaped is taken, and fits into the queue, whatever is set', async () => {
  for (const set of ['default', 'max'] as const) {
    vi.resetModules()
    const [body, metadata] = [
      limitSettings.MAX_BODY_BYTES[set],
      limitSettings.MAX_METADATA_BYTES[set],
    ]
    vi.stubEnv('MAX_BODY_BYTES', String(body))
    vi.stubEnv('MAX_METADATA_BYTES', String(metadata))
    const sender = escapedOf('\u0001'.repeat(255))
    for (const character of ['\u0001', '\uffff']) {
      const text = escapedOf(character.repeat(body / Buffer.byteLength(character)))
      const name = escapedOf('\uffff'.repeat((metadata - '{"":1}'.length) / 3))
      const raw = `{"body":"${text}","sender":"${sender}","metadata":{"${name}":1}}`
      expect(await sentAs(raw), set).toBeLessThan(queueMessageBytes)
    }
  }
})

test('a batch that grows on its way is 413 before it is too large for the queue', async () => {
  const { limits } = await import('../../functions/limits/limits.ts')
  const batchOf = (count: number, message: string) =>
    `{"messages":[${Array(count).fill(message).join(',')}]}`
  const frame = batchOf(1, '{"body":""}').length
  const refused = expect.objectContaining({ status: 413 })
  const growing = [
    `{"body":"${'\uffff'.repeat(400)}"}`,
    `{"body":"x","metadata":{"a":[${Array(180).fill('1e20').join(',')}]}}`,
  ]
  for (const message of growing) {
    const raw = batchOf(100, message)
    expect(Buffer.byteLength(raw)).toBeLessThan(limits.requestBytes)
    await expect(sentAs(raw)).rejects.toThrow(refused)
  }
  // The largest that is let through still fits.
  const length = Math.floor((limits.sentBytes - frame) / 100 / 6) - 3
  expect(await sentAs(batchOf(100, `{"body":"${'\uffff'.repeat(length)}"}`))).toBeLessThan(
    queueMessageBytes,
  )
})
