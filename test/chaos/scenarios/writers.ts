import { inParallel } from '../../support/parallel.ts'
import { newChats, newKey, say } from '../clients.ts'
import type { Scenario } from '../scenario.ts'

const scaled = (count: number, share: number) => Math.max(1, Math.round(count * share))

/** So many clients at once in one chat, each sending one message after the other. */
const hotChat = (writers: number, each: number): Scenario => ({
  name: `writers-${writers}`,
  about: `${writers} clients send ${each} messages each to one chat at once`,
  async run({ system, ledger, share }) {
    const [chat] = await newChats(system, 1)
    if (!chat) throw new Error('no chat')
    const clients = scaled(writers, share)
    await inParallel(clients, clients * each, (i) => say(system, ledger, chat, `hot ${i}`))
  },
})

const manyChats: Scenario = {
  name: 'many-chats',
  about: '50 clients send 20 messages each to 100 chats, all mixed',
  async run({ system, ledger, share }) {
    const chats = await newChats(system, scaled(100, share))
    await inParallel(50, chats.length * 20, async (i) => {
      const chat = chats[(i * 37) % chats.length]
      if (chat) await say(system, ledger, chat, `mixed ${i}`)
    })
  },
}

/** Half of the messages with a key: those are sent twice at once, and once more afterwards. */
const repeats: Scenario = {
  name: 'repeated-keys',
  about: 'half of 1,000 messages are sent three times with their Idempotency-Key, twice at the same moment',
  async run({ system, ledger, share }) {
    const [chat] = await newChats(system, 1)
    if (!chat) throw new Error('no chat')
    await inParallel(50, scaled(1000, share), async (i) => {
      const body = `once ${i}`
      if (i % 2 === 0) return void (await say(system, ledger, chat, body))
      const manners = { key: newKey() }
      const both = [0, 1].map(() => say(system, ledger, chat, body, manners))
      const numbers = [...(await Promise.all(both)), await say(system, ledger, chat, body, manners)]
      if (new Set(numbers).size > 1) ledger.violations.push(`one key got the numbers ${numbers.join(', ')}`)
    })
  },
}

export const writers = [hotChat(200, 5), hotChat(500, 2), manyChats, repeats]
