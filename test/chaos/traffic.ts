import { setTimeout as pause } from 'node:timers/promises'
import { type Chat, chatAt } from '../support/chats.ts'
import { type Manners, newChats, newKey, say } from './clients.ts'
import type { Stage } from './scenario.ts'

export interface Traffic {
  chats?: number
  clients?: number
  /** Milliseconds that each client waits between two messages. */
  pauseMs?: number
  keyed?: boolean
  repeats?: Manners['repeats']
}

/**
 * GET of what was just created: it is shown, or, if it is stored already and MySQL is away, 503
 * says when to come back.
 */
async function readBack(
  { system, ledger }: Stage,
  chat: Chat,
  number: number,
  body: string,
): Promise<void> {
  const answer = await fetch(`${system.base}${chat.messages}/${number}`).catch(() => undefined)
  const said = await answer?.text()
  if (answer?.status === 200 && JSON.parse(said ?? '').body === body) return
  if (answer?.status === 503 && Number(answer.headers.get('Retry-After')) > 0) return
  ledger.violations.push(`GET of what was created: ${answer?.status} ${said?.slice(0, 200)}`)
}

/**
 * Clients create messages in chats of their own, and read some of them back, for as long as
 * `during` takes. Resolves when that is over and every client has its last response.
 */
export async function underTraffic(
  stage: Stage,
  during: () => Promise<void>,
  { chats: count = 5, clients = 4, pauseMs = 200, keyed = false, repeats = [] }: Traffic = {},
): Promise<void> {
  const { system, ledger } = stage
  const chats = await newChats(system, count)
  let over = false
  let sent = 0
  const client = async () => {
    while (!over) {
      const mine = sent++
      const chat = chats[mine % chats.length] ?? chatAt('', 0)
      const body = `under fire ${mine}`
      const number = await say(system, ledger, chat, body, {
        repeats,
        ...(keyed ? { key: newKey() } : {}),
      })
      if (number !== undefined && mine % 10 === 0) await readBack(stage, chat, number, body)
      await pause(pauseMs)
    }
  }
  const all = Promise.all(Array.from({ length: clients }, client))
  try {
    await during()
  } finally {
    over = true
    await all
  }
}
