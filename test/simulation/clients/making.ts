import * as v from 'valibot'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import {
  idempotencyRequestKey,
  isExpired,
  readRequest,
  requestKey,
} from '../../../functions/protocol/table/request.ts'
import { acknowledge, depthOf, type History, pathTo, type Write } from '../checks/history.ts'
import type { System } from '../system.ts'
import { ask, type Client, type Keyed, kindIn, newWrite, pause, pick } from './acting.ts'
import type { Seen } from './operations.ts'
import { lookAgain, readThing } from './reading.ts'

const batch = v.object({ data: v.array(v.unknown()) })

/** One POST of one thing, or of several messages at once; notes what came back. */
export async function post(
  client: Client,
  writes: Write[],
  key: string | undefined,
): Promise<Seen> {
  const { system, history } = client
  const under = writes[0]?.under ?? ''
  const texts = writes.map((write) => write.text)
  const values = texts.map((text) => ({ [kindIn(under).field]: text }))
  const asked = {
    body: values.length > 1 ? { messages: values } : values[0],
    // In quotes: a bare key may have no comma.
    headers: key === undefined ? {} : { 'idempotency-key': `"${key}"` },
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
 * A create with a key is repeated until it is answered, now and then twice at once; without one it
 * is sent once. A chat is used from then on (P5: straight after its 201, or later, when only its
 * own HEAD can tell of it).
 */
export async function create(
  client: Client,
  under: string,
  key: string | undefined,
): Promise<void> {
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
    if (name !== undefined && depthOf(under) === 1 && !chats.includes(name)) chats.push(name)
  }
}

/**
 * A repeat begins so long after its key's first use at most, to be answered before it can expire.
 */
const repeatableMs = ({ bounds }: System) => bounds.keptMs - 60_000

/**
 * P4: the same answer, nothing new; also when the thing, or what it is in, has been deleted since.
 */
export async function replay(client: Client): Promise<void> {
  const { now, random } = client.system.world
  const young = ({ writes: [write] }: Keyed) =>
    now - (write?.startedAt ?? 0) < repeatableMs(client.system)
  const one = pick(random, client.keyed.filter(young))
  if (!one) return
  const seen = await post(client, one.writes, one.key)
  if (seen?.status === 404)
    client.history.violations.push(`key ${one.key}: 404 after it was answered`)
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
    requestKey(idempotencyRequestKey(...(depthOf(under) === 2 ? scopeInChat : scope), key)),
  )
  return !item || isExpired(readRequest(item), system.world.now)
}

/** P4: an expired key may be used anew. By one client only, for two bodies with one key are 422. */
export async function reuse(client: Client): Promise<void> {
  const over = client.keyed.filter((one) => one.writes[0]?.under !== '' && isOver(client, one))
  const one = pick(client.system.world.random, over)
  if (!one) return
  client.keyed.splice(client.keyed.indexOf(one), 1)
  await create(client, one.writes[0]?.under ?? '', one.key)
}
