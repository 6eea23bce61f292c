import * as v from 'valibot'
import {
  aboveOf,
  checkNoGap,
  checkSeen,
  checkShown,
  checkWhole,
  depthOf,
  isGone,
  type Listed,
  nameIn,
  pathTo,
  type Span,
  type Write,
} from '../checks/history.ts'
import { ask, type Client, checkStatus, kindIn, pause, pick } from './acting.ts'
import { invoke, type Seen, search as searchMessages } from './operations.ts'

/** What a response says of a thing: number or token, and its text in the field of its kind. */
const thing = v.object({
  token: v.optional(v.string()),
  number: v.optional(v.number()),
  name: v.optional(v.string()),
  title: v.optional(v.nullable(v.string())),
  body: v.optional(v.string()),
})
const anyPage = v.object({
  data: v.array(thing),
  page: v.object({ next: v.nullable(v.string()), total: v.optional(v.number()) }),
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
    ({ kind, ackedAt, under }) =>
      kind === 'create' && ackedAt !== undefined && depthOf(under) === depth - 1,
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
  const began = system.world.now
  const seen = await ask(client, 'show', name, { method: 'GET' }, [200, 404, 503])
  const span = { began, ended: system.world.now }
  history.reads += 1
  if (seen?.status === 404) checkSeen(history, name, span, undefined)
  if (seen?.status === 200)
    checkSeen(history, name, span, readThing(client, aboveOf(name), seen.body).text)
}

/**
 * A query as the edge reads it from the reference to a next page. Numbers become numbers; the
 * cursors of applications and searches stay as they are.
 */
const queryOf = (reference: string, opaque: boolean): object =>
  Object.fromEntries(
    [...new URLSearchParams(reference.replace(/^\?/, ''))].map(([name, value]) => [
      name,
      name === 'limit' || ((name === 'after' || name === 'before') && !opaque)
        ? Number(value)
        : value,
    ]),
  )

interface Walk {
  /** What all pages show, in their order. */
  shown: Listed[]
  /** To the end: no page was refused. */
  whole: boolean
  span: Span
  /** The total of a walk of one page. */
  total: number | undefined
}

/** Follows the pages from the first one on, until one is refused or the last. */
async function walk(
  client: Client,
  under: string,
  opaque: boolean,
  first: object,
  ask: (query: object) => Promise<Seen>,
): Promise<Walk> {
  const { system, history } = client
  const began = system.world.now
  const shown: Listed[] = []
  let total: number | undefined
  for (let query: object | undefined = first, pages = 1; query; pages++) {
    const seen = await ask(query)
    history.reads += 1
    const page = seen?.status === 200 ? v.parse(anyPage, seen.body) : undefined
    shown.push(...(page?.data ?? []).map((one) => readThing(client, under, one)))
    const span = { began, ended: system.world.now }
    if (!page) return { shown, whole: false, span, total: undefined }
    total = pages === 1 ? page.page.total : undefined
    if (page.page.next === null) return { shown, whole: true, span, total }
    query = queryOf(page.page.next, opaque)
  }
  throw new Error('a walk without a page')
}

const few = 3
const limitOf = (random: () => number): number => (random() < 0.3 ? few : 1000)

/**
 * All messages of a chat, all chats of an application, or all applications, in one page or in many.
 */
export async function list(client: Client, under: string): Promise<void> {
  const { system, history } = client
  const { random } = system.world
  const order = random() < 0.5 ? 'asc' : 'desc'
  const { shown, whole, span } = await walk(
    client,
    under,
    under === '',
    { order, limit: limitOf(random) },
    (query) => ask(client, 'list', under, { method: 'GET', query }, [200, 503]),
  )
  if (shown.length === 0 && !whole) return
  system.world.note(
    `list ${under} ${order}: ${shown.map(({ name, text }) => `${name}=${text}`).join(' ')}`,
  )
  checkShown(history, under, span, shown)
  if (depthOf(under) === 1) useListed(client, shown)
  if (under !== '') checkNoGap(history, under, shown, order)
  if (whole) checkWhole(history, under, span, shown)
}

/** P5: also a chat of which nobody has seen the 201 can be used, as soon as it is listed. */
function useListed({ chats, history, system }: Client, listed: Listed[]): void {
  for (const { name } of listed)
    if (!chats.includes(name) && !isGone(history, name) && system.world.random() < 0.5)
      chats.push(name)
}

/** Every text contains this, so a search for it must find what a list shows. */
const inEveryText = 't'

/**
 * P3, P7: a search finds what was acknowledged before it began, as it is now, each once, and counts
 * it.
 */
export async function search(client: Client, chat: string): Promise<void> {
  const { system, history } = client
  const { random } = system.world
  const first = {
    q: inEveryText,
    mode: random() < 0.5 ? 'literal' : 'words',
    order: random() < 0.5 ? 'newest' : 'best',
    limit: limitOf(random),
  }
  const { shown, whole, span, total } = await walk(client, chat, true, first, async (query) => {
    const asked = { path: pathTo(history, chat), method: 'GET' as const, query }
    const began = system.world.now
    const seen = await invoke(system, 'search', searchMessages, asked)
    const about = { name: chat, use: 'read' as const, began }
    checkStatus(client, seen, `search ${chat}`, [200, 503], about)
    return seen
  })
  if (shown.length === 0 && !whole) return
  system.world.note(`search ${chat}: ${shown.map(({ name, text }) => `${name}=${text}`).join(' ')}`)
  checkShown(history, chat, span, shown)
  if (whole) checkWhole(history, chat, span, shown)
  if (total !== undefined && whole && total !== shown.length)
    history.violations.push(`search ${chat}: ${shown.length} hits, a total of ${total}`)
}

/** P3 is about the moments after a response: reads at once, and while it is stored and indexed. */
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
