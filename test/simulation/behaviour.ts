import * as v from 'valibot'
import { getMessage, getMessages, patchMessage, postChat, postMessage, type Seen } from './clients.ts'
import { acknowledge, checkListed, checkSeen, type History, type Write } from './history.ts'
import type { System } from './ports.ts'

const message = v.object({ number: v.number(), body: v.string() })
const page = v.object({ data: v.array(message) })

export interface Client {
  system: System
  history: History
  token: string
  chats: number[]
  /** Completed keyed creates: they may be repeated for a day. */
  keyed: { key: string; write: Write; created: unknown }[]
}

export const pick = <T>(random: () => number, of: T[]): T | undefined => of[Math.floor(random() * of.length)]
export const pause = (system: System, ms: number): Promise<void> =>
  new Promise((resolve) => {
    system.world.after(ms, resolve)
  })

/** After a create only 2xx and 503 may come; 500 is our fault, 4xx was nobody's. */
function checkStatus(history: History, seen: Seen, what: string, allowed: number[]): void {
  history.requests += 1
  if (seen && !allowed.includes(seen.status)) history.violations.push(`${what}: answered ${seen.status}`)
}

function newWrite({ system, history }: Client, chat: number, number: number | undefined): Write {
  const text = `t${history.writes.size + 1}`
  const write = {
    text,
    chat,
    number,
    edit: number !== undefined,
    startedAt: system.world.now,
    ackedAt: undefined,
  }
  history.writes.set(text, write)
  return write
}

/** One POST; notes what came back. */
async function post(client: Client, write: Write, key: string | undefined): Promise<Seen> {
  const { system, history, token } = client
  const seen = await postMessage(system, token, write.chat, write.text, key)
  system.world.note(
    `post "${write.text}" in ${write.chat} ${key ?? ''}: ${seen?.status} ${JSON.stringify(seen?.body)}`,
  )
  checkStatus(history, seen, `post "${write.text}"`, [201, 503])
  if (seen?.status !== 201) return seen
  acknowledge(history, write, v.parse(message, seen.body).number, system.world.now)
  await lookAgain(client, write)
  return seen
}

/** P3 is about the moments after the answer: read at once, and while it is being stored. */
async function lookAgain(client: Client, write: Write): Promise<void> {
  const { random } = client.system.world
  for (let looks = Math.floor(random() * 4); looks > 0; looks--) {
    await (random() < 0.75 ? showOne(client, write) : list(client, write.chat))
    await pause(client.system, random() * 60)
  }
}

/** A create with a key is repeated until it is answered, now and then twice at once; without one it is sent once. */
export async function create(client: Client, key: string | undefined): Promise<void> {
  const { world } = client.system
  const write = newWrite(client, pick(world.random, client.chats) ?? 1, undefined)
  for (let attempt = 0; attempt < 8; attempt++) {
    const twice = key !== undefined && world.random() < 0.25
    const seen = await Promise.all(
      twice ? [post(client, write, key), post(client, write, key)] : [post(client, write, key)],
    )
    const answered = seen.find((one) => one?.status === 201)
    if (key === undefined) return
    if (answered) {
      client.keyed.push({ key, write, created: answered.body })
      return
    }
    await pause(client.system, world.random() * 4000)
  }
}

/** P4: the same answer, nothing new. */
export async function replay(client: Client): Promise<void> {
  const one = pick(client.system.world.random, client.keyed)
  if (!one) return
  const seen = await post(client, one.write, one.key)
  if (seen?.status !== 201) return
  if (JSON.stringify(seen.body) !== JSON.stringify(one.created)) {
    client.history.violations.push(
      `key ${one.key}: ${JSON.stringify(seen.body)} after ${JSON.stringify(one.created)}`,
    )
  }
}

const someMessage = ({ system, history }: Client): Write | undefined =>
  pick(
    system.world.random,
    [...history.writes.values()].filter((write) => !write.edit && write.ackedAt !== undefined),
  )

export async function edit(client: Client): Promise<void> {
  const { system, history, token } = client
  const target = someMessage(client)
  if (target?.number === undefined) return
  const write = newWrite(client, target.chat, target.number)
  const seen = await patchMessage(system, token, target.chat, target.number, write.text)
  system.world.note(`patch ${target.chat}/${target.number} "${write.text}": ${seen?.status}`)
  checkStatus(history, seen, `patch "${write.text}"`, [200, 503])
  if (seen?.status !== 200) return
  acknowledge(history, write, target.number, system.world.now)
  await lookAgain(client, write)
}

/** P5: a chat is used straight after its 201, or later, when only its own HEAD can tell of it. */
export async function open(client: Client, key: string | undefined): Promise<void> {
  const { system, history, token, chats } = client
  for (let attempt = 0; attempt < 5; attempt++) {
    const seen = await postChat(system, token, 'opened', key)
    system.world.note(`post chat ${key ?? ''}: ${seen?.status} ${JSON.stringify(seen?.body)}`)
    checkStatus(history, seen, 'post chat', [201, 503])
    if (seen?.status === 201) {
      chats.push(v.parse(v.object({ number: v.number() }), seen.body).number)
      return
    }
    if (key === undefined) return
    await pause(system, system.world.random() * 4000)
  }
}

export async function show(client: Client): Promise<void> {
  const target = someMessage(client)
  if (target) await showOne(client, target)
}

async function showOne({ system, history, token }: Client, target: Write): Promise<void> {
  if (target.number === undefined) return
  const at = system.world.now
  const seen = await getMessage(system, token, target.chat, target.number)
  checkStatus(history, seen, `get ${target.chat}/${target.number}`, [200, 404, 503])
  history.reads += 1
  if (seen?.status === 404) checkSeen(history, target.chat, target.number, at, undefined)
  if (seen?.status === 200)
    checkSeen(history, target.chat, target.number, at, v.parse(message, seen.body).body)
}

export async function list({ system, history, token, chats }: Client, one?: number): Promise<void> {
  const { random } = system.world
  const chat = one ?? pick(random, chats) ?? 1
  const at = system.world.now
  const order = random() < 0.5 ? 'asc' : 'desc'
  const seen = await getMessages(system, token, chat, { order, limit: 1000 })
  checkStatus(history, seen, `list ${chat}`, [200, 503])
  history.reads += 1
  if (seen?.status !== 200) return
  const { data } = v.parse(page, seen.body)
  system.world.note(`list ${chat} ${order}: ${data.map((one) => `${one.number}=${one.body}`).join(' ')}`)
  const whole =
    v.parse(v.object({ page: v.object({ next: v.nullable(v.string()) }) }), seen.body).page.next === null
  if (whole)
    checkListed(
      history,
      chat,
      at,
      data.map((one) => ({ number: one.number, text: one.body })),
    )
}
