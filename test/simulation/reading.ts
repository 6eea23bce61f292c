import * as v from 'valibot'
import { ask, type Client, checkStatus, kindIn, pathTo, pause, pick } from './acting.ts'
import { invoke, search as searchMessages } from './clients.ts'
import {
  aboveOf,
  checkFound,
  checkNoGap,
  checkSeen,
  depthOf,
  type Listed,
  nameIn,
  type Write,
} from './history.ts'

/** What answers say of a thing: its number, or its token, and its text in the field of its kind. */
const thing = v.object({
  token: v.optional(v.string()),
  number: v.optional(v.number()),
  name: v.optional(v.string()),
  title: v.optional(v.nullable(v.string())),
  body: v.optional(v.string()),
})
const page = v.object({ data: v.array(thing), page: v.object({ next: v.nullable(v.string()) }) })
const found = v.object({
  ...page.entries,
  page: v.object({ ...page.entries.page.entries, total: v.number() }),
})

/** The thing in an answer; `under` is where it is. A token that is new gets the next letter. */
export function readThing({ history }: Client, under: string, body: unknown): Listed {
  const one = v.parse(thing, body)
  const text = one[kindIn(under).field] ?? ''
  if (one.token === undefined) return { name: nameIn(under, one.number ?? 0), text }
  const known = [...history.tokens].find(([, token]) => token === one.token)?.[0]
  const name = known ?? String.fromCharCode(65 + history.tokens.size)
  history.tokens.set(name, one.token)
  return { name, text }
}

const madeThings = ({ history }: Client, depth: number): Write[] =>
  [...history.writes.values()].filter(
    ({ kind, ackedAt, under }) => kind === 'create' && ackedAt !== undefined && depthOf(under) === depth - 1,
  )

export const someMessage = (client: Client): string | undefined =>
  pick(client.system.world.random, madeThings(client, 3))?.name

/** Something that was made: mostly a message, now and then a chat or an application. */
export function someThing(client: Client): string | undefined {
  const { random } = client.system.world
  const dice = random()
  return pick(random, madeThings(client, dice < 0.75 ? 3 : dice < 0.93 ? 2 : 1))?.name
}

export async function show(client: Client, name = someThing(client)): Promise<void> {
  if (name === undefined) return
  const { system, history } = client
  const at = system.world.now
  const seen = await ask(client, 'show', name, { method: 'GET' }, [200, 404, 503])
  history.reads += 1
  if (seen?.status === 404) checkSeen(history, name, at, undefined)
  if (seen?.status === 200) checkSeen(history, name, at, readThing(client, aboveOf(name), seen.body).text)
}

/** All messages of a chat, all chats of an application, or all applications. */
export async function list(client: Client, under: string): Promise<void> {
  const { system, history } = client
  const at = system.world.now
  const order = system.world.random() < 0.5 ? 'asc' : 'desc'
  const query = { order, limit: 1000 }
  const seen = await ask(client, 'list', under, { method: 'GET', query }, [200, 503])
  history.reads += 1
  if (seen?.status !== 200) return
  const read = v.parse(page, seen.body)
  const listed = read.data.map((one) => readThing(client, under, one))
  system.world.note(`list ${under} ${order}: ${listed.map(({ name, text }) => `${name}=${text}`).join(' ')}`)
  if (read.page.next !== null) return
  checkFound(history, under, at, listed)
  if (under !== '') checkNoGap(history, under, listed)
}

/** Every text has this in it, so that a search for it is as good as a list. */
const inEveryText = 't'

/** P3, P7: a search finds what was acknowledged before it began, as it is now, each once, and counts it. */
export async function search(client: Client, chat: string): Promise<void> {
  const { system, history } = client
  const { now: at, random } = system.world
  const query = {
    q: inEveryText,
    mode: random() < 0.5 ? 'literal' : 'words',
    order: random() < 0.5 ? 'newest' : 'best',
    limit: 1000,
  }
  const asked = { path: pathTo(client, chat), method: 'GET' as const, query }
  const seen = await invoke(system, 'search', searchMessages, asked)
  checkStatus(client, seen, `search ${chat}`, [200, 503], chat)
  history.reads += 1
  if (seen?.status !== 200) return
  const { data, page } = v.parse(found, seen.body)
  const hits = data.map((one) => readThing(client, chat, one))
  system.world.note(`search ${chat}: ${hits.map(({ name, text }) => `${name}=${text}`).join(' ')}`)
  checkFound(history, chat, at, hits)
  if (page.total !== hits.length)
    history.violations.push(`search ${chat}: ${hits.length} hits, a total of ${page.total}`)
}

/** P3 is about the moments after the answer: read at once, and while it is being stored and indexed. */
export async function lookAgain(client: Client, name: string): Promise<void> {
  const { random } = client.system.world
  for (let looks = Math.floor(random() * 4); looks > 0; looks--) {
    const dice = random()
    if (dice < 0.65) await show(client, name)
    else if (dice < 0.8 && depthOf(name) === 3) await search(client, aboveOf(name))
    else await list(client, aboveOf(name))
    await pause(client.system, random() * 60)
  }
}
