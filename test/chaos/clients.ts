import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import { type Chat, chatAt } from '../support/chats.ts'
import { shapes } from '../support/http.ts'
import { countStatus, type Ledger, promise } from './ledger.ts'
import type { System } from './system.ts'

/** How a client behaves when the response is not 201. */
export interface Manners {
  /** It sends an Idempotency-Key, and so may repeat a request that got no response. */
  key?: string
  /**
   * Statuses that this fault explains, besides 503 with Retry-After. The client repeats the request
   * then, by its key.
   */
  repeats?: readonly string[]
}

const patience = 60

/**
 * POST until the response is 201; returns its body. Everything unexpected is noted as a violation,
 * and returns undefined.
 */
async function create(
  { base }: System,
  ledger: Ledger,
  path: string,
  json: unknown,
  { key, repeats = [] }: Manners,
): Promise<unknown> {
  for (let attempt = 0; attempt < patience; attempt++) {
    const answer = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      body: JSON.stringify(json),
    }).catch(() => undefined)
    const status = answer ? String(answer.status) : 'lost'
    countStatus(ledger, status)
    const said = await answer?.text()
    if (answer?.status === 201) return JSON.parse(said ?? '')
    const after = Number(answer?.headers.get('Retry-After'))
    const busy = status === '503' && after > 0
    if (!busy && !repeats.includes(status)) {
      ledger.violations.push(`POST: ${status} ${said?.slice(0, 200)}`)
      return undefined
    }
    await pause(Math.min(busy ? after : 1, 2) * 1000)
  }
  ledger.violations.push(`POST: no 201 after ${patience} attempts`)
  return undefined
}

export const newKey = (): string => randomUUID()

/** Sends a message; returns its number. */
export async function say(
  system: System,
  ledger: Ledger,
  chat: Chat,
  body: string,
  manners: Manners = {},
): Promise<number | undefined> {
  const made = await create(system, ledger, chat.messages, { body }, manners)
  if (made === undefined) return undefined
  const { number, body: got } = v.parse(shapes.message, made)
  if (got !== body) ledger.violations.push(`POST: returned the body ${got} for ${body}`)
  promise(ledger, chat, number, body)
  return number
}

/** An application with so many chats of its own. Throws when it cannot be made. */
export async function newChats(system: System, count: number): Promise<Chat[]> {
  const { base } = system
  const made = async (path: string, json?: unknown): Promise<unknown> => {
    const answer = await fetch(`${base}${path}`, {
      method: 'POST',
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    if (answer.status !== 201) throw new Error(`POST ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  const { token } = v.parse(shapes.application, await made('/applications', { name: 'Under fire' }))
  const chats: Chat[] = []
  while (chats.length < count) {
    const some = Math.min(8, count - chats.length)
    const numbers = await Promise.all(
      Array.from(
        { length: some },
        async () => v.parse(shapes.chat, await made(`/applications/${token}/chats`)).number,
      ),
    )
    chats.push(...numbers.map((number) => chatAt(token, number)))
  }
  return chats
}
