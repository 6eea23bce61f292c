import * as v from 'valibot'
import { appKey } from '../../functions/protocol/change.ts'
import { isExpired, keyedRequest, readRequest, requestKey } from '../../functions/protocol/request.ts'
import { kept } from '../../functions/protocol/transitions.ts'
import {
  deleteChat,
  deleteMessage,
  getMessage,
  getMessages,
  patchMessage,
  postChat,
  postMessage,
  postMessages,
  type Seen,
} from './clients.ts'
import { acknowledge, checkListed, checkSeen, type History, mayBeClosed, type Write } from './history.ts'
import type { System } from './ports.ts'

const message = v.object({ number: v.number(), body: v.string() })
const numbered = v.object({ number: v.number() })
const page = v.object({ data: v.array(message), page: v.object({ next: v.nullable(v.string()) }) })
const batch = v.object({ data: v.array(message) })

export interface Client {
  system: System
  history: History
  token: string
  chats: number[]
  /** Completed keyed creates: they may be repeated until their keys expire, and these used anew afterwards. */
  keyed: Keyed[]
}
type Acting = Pick<Client, 'system' | 'history'>
interface Keyed {
  key: string
  writes: Write[]
  created: unknown
}

export const pick = <T>(random: () => number, of: T[]): T | undefined => of[Math.floor(random() * of.length)]
export const pause = (system: System, ms: number): Promise<void> =>
  new Promise((resolve) => {
    system.world.after(ms, resolve)
  })

/** Longer than any request takes without faults. */
const shortlyMs = 5_000

/** Where nothing goes wrong everything is answered (P6's other half); 503 only where too many wait under a parent. */
function checkAnswered({ system, history }: Acting, seen: Seen, what: string): void {
  if (seen && seen.status !== 503) return
  history.unavailable += 1
  if (!history.faultless) return
  const full = history.fullAt !== undefined && system.world.now - history.fullAt < shortlyMs
  if (!seen || !full) history.violations.push(`${what}: ${seen?.status ?? 'no answer'} without any fault`)
}

/** 404 only where something may have been deleted; 500 is never right. */
function checkStatus(acting: Acting, seen: Seen, what: string, allowed: number[], chat?: number): void {
  const { history } = acting
  history.requests += 1
  checkAnswered(acting, seen, what)
  if (!seen || allowed.includes(seen.status)) return
  if (seen.status === 404 && chat !== undefined && mayBeClosed(history, chat)) return
  history.violations.push(`${what}: answered ${seen.status}`)
}

function newWrite({ system, history }: Client, kind: Write['kind'], chat: number, number?: number): Write {
  const text = `t${history.writes.size + 1}`
  const write = { text, kind, chat, number, startedAt: system.world.now, ackedAt: undefined }
  history.writes.set(text, write)
  return write
}

/** One POST of one message or of several at once; notes what came back. */
async function post(client: Client, writes: Write[], key: string | undefined): Promise<Seen> {
  const { system, history, token } = client
  const chat = writes[0]?.chat ?? 0
  const texts = writes.map((write) => write.text)
  const [text = ''] = texts
  const sent =
    texts.length > 1
      ? postMessages(system, token, chat, texts, key)
      : postMessage(system, token, chat, text, key)
  const seen = await sent
  system.world.note(
    `post ${texts.join(' ')} in ${chat} ${key ?? ''}: ${seen?.status} ${JSON.stringify(seen?.body)}`,
  )
  checkStatus(client, seen, `post ${texts.join(' ')}`, [201, 503], chat)
  if (seen?.status !== 201) return seen
  const made = texts.length > 1 ? v.parse(batch, seen.body).data : [v.parse(message, seen.body)]
  for (const [i, write] of writes.entries())
    acknowledge(history, write, made[i]?.number ?? 0, system.world.now)
  const first = made[0]?.number ?? 0
  if (made.some(({ number }, i) => number !== first + i))
    history.violations.push(`post ${texts.join(' ')}: numbers do not follow`)
  if (writes[0]) await lookAgain(client, writes[0])
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
export async function create(client: Client, key: string | undefined, into?: number): Promise<void> {
  const { random } = client.system.world
  const chat = into ?? pick(random, client.chats) ?? 1
  const many = random() < 0.25 ? 2 + Math.floor(random() * 4) : 1
  const writes = Array.from({ length: many }, () => newWrite(client, 'create', chat))
  for (let attempt = 0; attempt < 8; attempt++) {
    const twice = key !== undefined && random() < 0.25
    const again = () => post(client, writes, key)
    const seen = await Promise.all(twice ? [again(), again()] : [again()])
    const answered = seen.find((one) => one?.status === 201)
    if (key === undefined || seen.some((one) => one?.status === 404)) return
    if (answered) {
      client.keyed.push({ key, writes, created: answered.body })
      return
    }
    await pause(client.system, random() * 4000)
  }
}

/** Repeats begin early enough to be answered before their key can expire, which is not before this after its first use. */
const repeatableMs = () => kept.ms - 60_000

/** P4: the same answer, nothing new; also when the message or its chat has been deleted since. */
export async function replay(client: Client): Promise<void> {
  const { now, random } = client.system.world
  const young = ({ writes: [write] }: Keyed) => now - (write?.startedAt ?? 0) < repeatableMs()
  const one = pick(random, client.keyed.filter(young))
  if (!one) return
  const seen = await post(client, one.writes, one.key)
  if (seen?.status === 404) client.history.violations.push(`key ${one.key}: 404 after it was answered`)
  if (seen?.status !== 201) return
  if (JSON.stringify(seen.body) !== JSON.stringify(one.created)) {
    client.history.violations.push(
      `key ${one.key}: ${JSON.stringify(seen.body)} after ${JSON.stringify(one.created)}`,
    )
  }
}

/** The record of a key's request is gone, or its time is over. */
function isOver({ system, token }: Client, { key, writes: [write] }: Keyed): boolean {
  const item = system.table.get(
    requestKey(keyedRequest('create-message', appKey(token), String(write?.chat), key)),
  )
  return !item || isExpired(readRequest(item), system.world.now)
}

/** P4: an expired key is as good as new. Nobody else uses it then: two payloads with one key are 422. */
export async function reuse(client: Client): Promise<void> {
  const one = pick(
    client.system.world.random,
    client.keyed.filter((each) => isOver(client, each)),
  )
  if (!one) return
  client.keyed.splice(client.keyed.indexOf(one), 1)
  await create(client, one.key, one.writes[0]?.chat)
}

const someMessage = ({ system, history }: Client): Write | undefined =>
  pick(
    system.world.random,
    [...history.writes.values()].filter((write) => write.kind === 'create' && write.ackedAt !== undefined),
  )
const mayBeDeleted = ({ history }: Client, chat: number, number: number): boolean =>
  [...history.writes.values()].some(
    (write) => write.kind === 'delete' && write.chat === chat && write.number === number,
  )

export async function edit(client: Client): Promise<void> {
  const { system, history, token } = client
  const target = someMessage(client)
  if (target?.number === undefined) return
  const { chat, number } = target
  const write = newWrite(client, 'edit', chat, number)
  const seen = await patchMessage(system, token, chat, number, write.text)
  system.world.note(`patch ${chat}/${number} "${write.text}": ${seen?.status}`)
  const gone = mayBeDeleted(client, chat, number) ? [404] : []
  checkStatus(client, seen, `patch "${write.text}"`, [200, 503, ...gone], chat)
  if (seen?.status !== 200) return
  const deleted = [...history.writes.values()].find(
    (w) =>
      w.kind === 'delete' &&
      w.chat === chat &&
      w.number === number &&
      w.ackedAt !== undefined &&
      w.ackedAt < write.startedAt,
  )
  if (deleted) history.violations.push(`patch "${write.text}": 200 after it was deleted`)
  acknowledge(history, write, number, system.world.now)
  await lookAgain(client, write)
}

/** P10: a message, asked for until it is answered; now and then once more. */
export async function removeMessage(client: Client): Promise<void> {
  const { system, history, token } = client
  const target = someMessage(client)
  if (target?.number === undefined) return
  const { chat, number } = target
  const write = newWrite(client, 'delete', chat, number)
  for (let attempt = 0; attempt < 3; attempt++) {
    const seen = await deleteMessage(system, token, chat, number)
    system.world.note(`delete ${chat}/${number}: ${seen?.status}`)
    checkStatus(client, seen, `delete ${chat}/${number}`, [204, 503], chat)
    if (seen?.status === 404) return
    if (seen?.status === 204) {
      acknowledge(history, write, number, system.world.now)
      await lookAgain(client, write)
      if (system.world.random() < 0.7) return
    }
    await pause(system, system.world.random() * 4000)
  }
}

/** P10: a chat; from then on it takes no messages. Never the last two: there must be something to do. */
export async function removeChat(client: Client): Promise<void> {
  const { system, history, token, chats } = client
  if (chats.length < 3) return
  const chat = pick(system.world.random, chats) ?? 1
  const closed = history.closed.get(chat) ?? { startedAt: system.world.now, ackedAt: undefined }
  history.closed.set(chat, closed)
  chats.splice(chats.indexOf(chat), 1)
  const seen = await deleteChat(system, token, chat)
  system.world.note(`delete chat ${chat}: ${seen?.status}`)
  checkStatus(client, seen, `delete chat ${chat}`, [204, 503])
  if (seen?.status !== 204) return
  closed.ackedAt ??= system.world.now
  const write = newWrite(client, 'create', chat)
  const late = await postMessage(system, token, chat, write.text, undefined)
  checkStatus(client, late, `post into deleted chat ${chat}`, [404, 503])
}

/** A number that was never given out is nobody's, whatever waits beside it. */
export async function postNowhere(client: Client): Promise<void> {
  const { system, token } = client
  const chat = 40 + Math.floor(system.world.random() * 60)
  const seen = await postMessage(system, token, chat, 'nowhere', undefined)
  checkStatus(client, seen, `post into chat ${chat}, which nobody made`, [404, 503])
}

/** P5: a chat is used straight after its 201, or later, when only its own HEAD can tell of it. */
export async function open(client: Client, key: string | undefined): Promise<void> {
  const { system, token, chats } = client
  for (let attempt = 0; attempt < 5; attempt++) {
    const seen = await postChat(system, token, 'opened', key)
    system.world.note(`post chat ${key ?? ''}: ${seen?.status} ${JSON.stringify(seen?.body)}`)
    checkStatus(client, seen, 'post chat', [201, 503])
    if (seen?.status === 201) {
      chats.push(v.parse(numbered, seen.body).number)
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

async function showOne(client: Client, target: Write): Promise<void> {
  const { system, history, token } = client
  if (target.number === undefined) return
  const at = system.world.now
  const seen = await getMessage(system, token, target.chat, target.number)
  checkStatus(client, seen, `get ${target.chat}/${target.number}`, [200, 404, 503])
  history.reads += 1
  if (seen?.status === 404) checkSeen(history, target.chat, target.number, at, undefined)
  if (seen?.status === 200)
    checkSeen(history, target.chat, target.number, at, v.parse(message, seen.body).body)
}

export async function list(client: Client, one?: number): Promise<void> {
  const { system, history, token, chats } = client
  const { random } = system.world
  const chat = one ?? pick(random, chats) ?? 1
  const at = system.world.now
  const order = random() < 0.5 ? 'asc' : 'desc'
  const seen = await getMessages(system, token, chat, { order, limit: 1000 })
  checkStatus(client, seen, `list ${chat}`, [200, 503], chat)
  history.reads += 1
  if (seen?.status !== 200) return
  const read = v.parse(page, seen.body)
  system.world.note(`list ${chat} ${order}: ${read.data.map((m) => `${m.number}=${m.body}`).join(' ')}`)
  const listed = read.data.map(({ number, body }) => ({ number, text: body }))
  if (read.page.next === null) checkListed(history, chat, at, listed)
}
