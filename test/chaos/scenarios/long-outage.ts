import * as v from 'valibot'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { headCaps } from '../../../functions/protocol/table/head.ts'
import type { Chat } from '../../support/chats.ts'
import { pageOf, shapes } from '../../support/http.ts'
import { inParallel } from '../../support/parallel.ts'
import { headOf } from '../audit.ts'
import { newChats, say } from '../clients.ts'
import { promises } from '../ledger.ts'
import type { Scenario, Stage } from '../scenario.ts'

const inOne = 20_000
const others = 200
const each = 100

/** How many entries the chat's HEAD holds. At the hard cap creates would be refused. */
async function watchHead({ system, ledger }: Stage, chat: Chat): Promise<number> {
  const head = await headOf(system, `chat#${appKey(chat.token)}#${chat.number}`)
  const entries = head.entries.length
  if (entries >= headCaps.hard) ledger.violations.push(`the HEAD has ${entries} entries`)
  return entries
}

/**
 * A waiting message is shown, and is listed newest first with the hundred before it, none missing.
 */
async function watchReads({ system, ledger }: Stage, chat: Chat, number: number): Promise<void> {
  const read = async (path: string, shape: 'one' | 'page') => {
    const answer = await fetch(`${system.base}${chat.messages}${path}`)
    const body: unknown = await answer.json()
    if (answer.status === 200)
      return shape === 'page'
        ? v.parse(pageOf(shapes.message), body).data
        : [v.parse(shapes.message, body)]
    ledger.violations.push(`GET of what waits, ${path}: ${answer.status} ${JSON.stringify(body)}`)
    return []
  }
  await read(`/${number}`, 'one')
  const numbers = (await read('?order=desc&limit=100', 'page')).map((message) => message.number)
  const newest = numbers[0] ?? 0
  const expected = Array.from({ length: Math.min(100, newest) }, (_, i) => newest - i)
  if (newest < number || numbers.join() !== expected.join())
    ledger.violations.push(`the list of what waits, ${number} and newer: ${numbers.join()}`)
}

async function fill(stage: Stage, hot: Chat, rest: Chat[]): Promise<void> {
  const { system, ledger, share, log } = stage
  const hotCount = Math.round(inOne * share)
  const eachCount = Math.max(1, Math.round(each * share))
  const total = hotCount + rest.length * eachCount
  let done = 0
  let greatest = 0
  const started = Date.now()
  await inParallel(12, total, async (i) => {
    // The messages of the hot chat are spread evenly among those of the others.
    const isHot = Math.floor(((i + 1) * hotCount) / total) > Math.floor((i * hotCount) / total)
    const chat = isHot ? hot : rest[i % rest.length]
    const number = chat && (await say(system, ledger, chat, `long ${i}`))
    const mine = ++done // A copy: the other clients go on while this one looks.
    if (mine % 500 !== 0) return
    greatest = Math.max(greatest, await watchHead(stage, hot))
    if (chat && number !== undefined) await watchReads(stage, chat, number)
    const rate = Math.round((mine * 1000) / (Date.now() - started))
    log(`${mine} of ${total} accepted, ${rate}/s, HEAD ${greatest} at most`)
  })
  // The cap is for floods that are faster than moving out, not for an outage.
  if (ledger.statuses.has('503')) ledger.violations.push('creates were refused: the HEAD was full')
  log(`${promises(ledger)} wait; the hot chat's HEAD had ${greatest} entries at most`)
}

const longOutage: Scenario = {
  name: 'long-outage',
  about: `MySQL is away while ${inOne} messages are accepted in one chat and ${each} in each of ${others} others`,
  // So much takes its time, and the queue also holds what the sweep has sent again. Anything slower
  // than this is stuck.
  limit: (share) => 150 + ((inOne + others * each) * share) / 5,
  async run(stage) {
    const { system, share } = stage
    const chats = await newChats(system, 1 + Math.round(others * Math.min(1, share * 10)))
    const [hot, ...rest] = chats
    if (!hot) throw new Error('no chat')
    await system.mysql.set({ kind: 'refuse' })
    await fill(stage, hot, rest)
    await system.mysql.set({ kind: 'fair' })
  },
}

export const long = [longOutage]
