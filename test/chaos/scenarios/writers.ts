import type { Chat } from '../../support/chats.ts'
import { inParallel } from '../../support/parallel.ts'
import { newChats, newKey, say } from '../clients.ts'
import type { Scenario, Stage } from '../scenario.ts'

const scaled = (count: number, share: number) => Math.max(1, Math.round(count * share))

/**
 * Every second message is sent with a key: twice at the same moment, and `more` times afterwards.
 * It has one number.
 */
async function sayOnce(
  { system, ledger }: Stage,
  chat: Chat,
  name: string,
  i: number,
  more: number,
): Promise<void> {
  const body = `${name} ${i}`
  if (i % 2 === 0) return void (await say(system, ledger, chat, body))
  const manners = { key: newKey() }
  const numbers = await Promise.all([0, 1].map(() => say(system, ledger, chat, body, manners)))
  for (let times = 0; times < more; times++)
    numbers.push(await say(system, ledger, chat, body, manners))
  if (new Set(numbers).size > 1)
    ledger.violations.push(`one key got the numbers ${numbers.join(', ')}`)
}

/** So many clients at once in one chat, each sending one message after the other. */
const hotChat = (writers: number, each: number): Scenario => ({
  name: `writers-${writers}`,
  about: `${writers} clients send ${each} messages each to one chat at once, half of them twice by a key`,
  async run(stage) {
    const [chat] = await newChats(stage.system, 1)
    if (!chat) throw new Error('no chat')
    const clients = scaled(writers, stage.share)
    await inParallel(clients, clients * each, (i) => sayOnce(stage, chat, 'hot', i, 0))
  },
})

const manyChats: Scenario = {
  name: 'many-chats',
  about: '50 clients send 20 messages each to 100 chats, all mixed, half of them twice by a key',
  async run(stage) {
    const chats = await newChats(stage.system, scaled(100, stage.share))
    await inParallel(50, chats.length * 20, async (i) => {
      const chat = chats[(i * 37) % chats.length]
      if (chat) await sayOnce(stage, chat, 'mixed', i, 0)
    })
  },
}

const repeats: Scenario = {
  name: 'repeated-keys',
  about:
    'half of 1,000 messages are sent three times with their Idempotency-Key, twice at the same moment',
  async run(stage) {
    const [chat] = await newChats(stage.system, 1)
    if (!chat) throw new Error('no chat')
    await inParallel(50, scaled(1000, stage.share), (i) => sayOnce(stage, chat, 'once', i, 1))
  },
}

export const writers = [hotChat(200, 5), hotChat(500, 2), manyChats, repeats]
