import * as v from 'valibot'
import { appKey } from '../../functions/protocol/change.ts'
import { isExpired, keyedRequest, readRequest, requestKey } from '../../functions/protocol/request.ts'
import { kept } from '../../functions/protocol/transitions.ts'
import { ask, type Client, type Keyed, kindIn, kindOf, pause, pick } from './acting.ts'
import type { Seen } from './clients.ts'
import {
  aboveOf,
  acknowledge,
  checkMatched,
  checkNotGone,
  depthOf,
  type History,
  nameIn,
  pathTo,
  type Write,
} from './history.ts'
import { list, lookAgain, readThing, someThing } from './reading.ts'

const batch = v.object({ data: v.array(v.unknown()) })

function newWrite(client: Client, kind: Write['kind'], under: string, name?: string): Write {
  const { system, history, refused } = client
  const text = `t${history.writes.size + 1}`
  if (system.world.random() < refused) system.stores.refused.add(text)
  const write = { text, kind, under, name, startedAt: system.world.now, ackedAt: undefined }
  history.writes.set(text, write)
  return write
}

/** One POST of one thing, or of several messages at once; notes what came back. */
async function post(client: Client, writes: Write[], key: string | undefined): Promise<Seen> {
  const { system, history } = client
  const under = writes[0]?.under ?? ''
  const texts = writes.map((write) => write.text)
  const values = texts.map((text) => ({ [kindIn(under).field]: text }))
  const asked = {
    body: values.length > 1 ? { messages: values } : values[0],
    headers: key === undefined ? {} : { 'idempotency-key': key },
  }
  const seen = await ask(client, 'create', under, asked, [201, 503])
  system.world.note(`post ${texts.join(' ')} in ${under} ${key ?? ''}: ${seen?.status}`)
  if (seen?.status !== 201) return seen
  const answers = values.length > 1 ? v.parse(batch, seen.body).data : [seen.body]
  const made = answers.map((one) => readThing(client, under, one))
  for (const [i, write] of writes.entries())
    acknowledge(history, write, made[i]?.name ?? '', system.world.now)
  if (values.length > 1) checkFollowing(history, under, made)
  if (made[0]) await lookAgain(client, made[0].name)
  return seen
}

function checkFollowing(history: History, under: string, made: { name: string }[]): void {
  const numbers = made.map(({ name }) => Number(name.slice(under.length + 1)))
  if (numbers.some((number, i) => number !== (numbers[0] ?? 0) + i))
    history.violations.push(`post in ${under}: numbers do not follow: ${numbers.join(' ')}`)
}

/**
 * A create with a key is repeated until it is answered, now and then twice at once; without one it is sent once. A chat
 * is used from then on (P5: straight after its 201, or later, when only its own HEAD can tell of it).
 */
export async function create(client: Client, under: string, key: string | undefined): Promise<void> {
  const { random } = client.system.world
  const many = depthOf(under) === 2 && random() < 0.25 ? 2 + Math.floor(random() * 4) : 1
  const writes = Array.from({ length: many }, () => newWrite(client, 'create', under))
  for (let attempt = 0; attempt < 8; attempt++) {
    const twice = key !== undefined && random() < 0.25
    const again = () => post(client, writes, key)
    const seen = await Promise.all(twice ? [again(), again()] : [again()])
    const answered = seen.find((one) => one?.status === 201)
    if (answered) use(client, writes)
    if (answered && key !== undefined) client.keyed.push({ key, writes, created: answered.body })
    if (answered || key === undefined || seen.some((one) => one?.status === 404)) return
    await pause(client.system, random() * 4000)
  }
}

/** What was made can have things in it. */
function use({ applications, chats }: Client, writes: Write[]): void {
  for (const { under, name } of writes) {
    if (name !== undefined && under === '') applications.push(name)
    if (name !== undefined && depthOf(under) === 1) chats.push(name)
  }
}

/** Repeats begin early enough to be answered before their key can expire, which is not before this after its first use. */
const repeatableMs = () => kept.ms - 60_000

/** P4: the same answer, nothing new; also when the thing, or what it is in, has been deleted since. */
export async function replay(client: Client): Promise<void> {
  const { now, random } = client.system.world
  const young = ({ writes: [write] }: Keyed) => now - (write?.startedAt ?? 0) < repeatableMs()
  const one = pick(random, client.keyed.filter(young))
  if (!one) return
  const seen = await post(client, one.writes, one.key)
  if (seen?.status === 404) client.history.violations.push(`key ${one.key}: 404 after it was answered`)
  if (seen?.status !== 201) return
  const [again, first] = [seen.body, one.created].map((body) => JSON.stringify(body))
  if (again !== first) client.history.violations.push(`key ${one.key}: ${again} after ${first}`)
}

/** The record of a key's request is gone, or its time is over. */
function isOver(client: Client, { key, writes: [write] }: Keyed): boolean {
  const under = write?.under ?? ''
  const { token, chat } = pathTo(client.history, under)
  const scope = ['create-chat', appKey(token)]
  const scopeInChat = ['create-message', appKey(token), String(chat)]
  const { system } = client
  const item = system.table.get(
    requestKey(keyedRequest(...(depthOf(under) === 2 ? scopeInChat : scope), key)),
  )
  return !item || isExpired(readRequest(item), system.world.now)
}

/** P4: an expired key is as good as new. Nobody else uses it then: two payloads with one key are 422. */
export async function reuse(client: Client): Promise<void> {
  const over = client.keyed.filter((one) => one.writes[0]?.under !== '' && isOver(client, one))
  const one = pick(client.system.world.random, over)
  if (!one) return
  client.keyed.splice(client.keyed.indexOf(one), 1)
  await create(client, one.writes[0]?.under ?? '', one.key)
}

/** The rev in an entity tag, which is all that If-Match compares. */
const revIn = (etag: unknown): number => Number(/^"(\d+)-/.exec(String(etag))?.[1])

/** PATCH or PUT; now and then only if it is still what was read, and in every second of these it is no longer. */
export async function edit(client: Client): Promise<void> {
  const { random } = client.system.world
  const name = someThing(client)
  if (name === undefined) return
  if (random() < 0.75) return editOnce(client, name)
  const read = await ask(client, 'show', name, { method: 'GET' }, [200, 404, 503])
  if (read?.status !== 200) return
  if (random() < 0.5) await editOnce(client, name)
  else await pause(client.system, random() * 500)
  await editOnce(client, name, String(read.headers?.ETag))
}

async function editOnce(client: Client, name: string, etag?: string): Promise<void> {
  const { system, history } = client
  const write = newWrite(client, 'edit', aboveOf(name), name)
  const asked = {
    method: system.world.random() < 0.5 ? ('PATCH' as const) : ('PUT' as const),
    body: { [kindOf(name).field]: write.text },
    headers: etag === undefined ? {} : { 'if-match': etag },
  }
  const seen = await ask(client, 'update', name, asked, [200, 503, ...(etag === undefined ? [] : [412])])
  const matching = etag === undefined ? '' : ` if it matches ${etag}`
  system.world.note(`${asked.method} ${name} "${write.text}"${matching}: ${seen?.status}`)
  if (seen?.status !== 200) return
  checkNotGone(history, name, write.startedAt, `is edited to "${write.text}"`)
  if (etag !== undefined) checkMatched(history, write, revIn(etag))
  acknowledge(history, write, name, system.world.now)
  await lookAgain(client, name)
}

/**
 * P10: a message, or a chat or an application with all that is in it, asked for until it is answered; now and then once
 * more. From then on it takes nothing.
 */
export async function remove(client: Client, name: string | undefined): Promise<void> {
  const { system, history } = client
  if (name === undefined) return
  forget(client, name)
  const write = newWrite(client, 'delete', aboveOf(name), name)
  for (let attempt = 0; attempt < 3; attempt++) {
    const seen = await ask(client, 'remove', name, { method: 'DELETE' }, [204, 503])
    if (seen?.status === 404) return
    if (seen?.status === 204) {
      acknowledge(history, write, name, system.world.now)
      await lookBehind(client, name)
      if (system.world.random() < 0.7) return
    }
    await pause(system, system.world.random() * 4000)
  }
}

/** Nobody acts in it of their own accord any more. */
function forget({ applications, chats }: Client, name: string): void {
  for (const names of [applications, chats]) {
    const left = names.filter((one) => !`${one}/`.startsWith(`${name}/`))
    names.splice(0, names.length, ...left)
  }
}

/** What is deleted is not read; nothing is made in it. */
async function lookBehind(client: Client, name: string): Promise<void> {
  if (depthOf(name) === 3) return lookAgain(client, name)
  const write = newWrite(client, 'create', name)
  const late = await post(client, [write], undefined)
  if (late?.status === 201) client.history.violations.push(`${name}: takes "${write.text}" after its delete`)
  await list(client, name)
}

/** A number that was never given out is nobody's, whatever waits beside it. */
export async function postNowhere(client: Client): Promise<void> {
  const { random } = client.system.world
  const chat = nameIn(pick(random, client.applications) ?? '', 40 + Math.floor(random() * 60))
  await ask(client, 'create', chat, { body: { body: 'nowhere' } }, [404, 503])
}
