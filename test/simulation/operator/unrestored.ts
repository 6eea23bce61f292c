import * as v from 'valibot'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Item } from '../../../functions/protocol/ports/table.ts'
import { decode } from '../../../functions/protocol/write/envelope.ts'
import { acknowledge, isGone, nameIn, pathTo } from '../checks/history.ts'
import { type Client, pause, pick } from '../clients/acting.ts'
import { invoke, kinds, search } from '../clients/operations.ts'
import { textOf } from '../stores/mysql.ts'
import { parkedBy } from './quarantine.ts'

/** A message that was answered 201 while counters were behind what is stored. */
export interface Intruder {
  text: string
  /** The name of its chat. */
  under: string
  app: string
  chat: number
  number: number
}
const numbered = v.object({ number: v.number() })
const page = v.object({ data: v.array(v.object({ number: v.number(), body: v.string() })) })

/** As many as must have been answered; the faults may keep many from it. */
const wanted = 5
const most = 60

/**
 * P9: the table comes back as it was, and clients write before anybody has restored the counters.
 * Notes those that were answered in `intruders`.
 */
export async function writeUnrestored(
  client: Client,
  items: Item[],
  intruders: Intruder[],
): Promise<void> {
  const { system, chats, history } = client
  const { world } = system
  world.note(`the table is lost; ${items.length} items come back, counters are not restored`)
  system.table.replace(items)
  for (let n = 0; n < most && intruders.length < wanted; n++) {
    const under = pick(world.random, chats) ?? ''
    const path = pathTo(history, under)
    const text = `intruder ${n}`
    const started = { startedAt: world.now, ackedAt: undefined }
    history.writes.set(text, { text, kind: 'create', under, name: undefined, ...started })
    const seen = await invoke(system, 'intrude', kinds[2].create, { path, body: { body: text } })
    world.note(`post "${text}" in ${path.chat}: ${seen?.status}`)
    const { chat, token } = path
    if (seen?.status === 201)
      intruders.push({
        text,
        under,
        app: appKey(token),
        chat,
        number: v.parse(numbered, seen.body).number,
      })
    await pause(system, world.random() * Math.min(2 ** n * 500, 600_000))
  }
}

type Rows = Client['system']['stores']['rows']
const plain = (rows: Rows) =>
  new Map([...rows].map(([name, { rid, rev, value }]) => [name, JSON.stringify([rid, rev, value])]))

/** What was stored before, word for word; to be compared with what is stored afterwards. */
export const storedBefore = ({ stores }: Client['system']): Map<string, string> =>
  plain(stores.rows)

function isStored({ system }: Client, { app, chat, number, text }: Intruder): boolean {
  const row = system.stores.show(chatParent(app, chat), number)
  return row !== undefined && textOf(row.value) === text
}

/** What was answered and met no row is a message like all others from then on. */
export function adopt(client: Client, intruders: Intruder[]): void {
  const { history, system } = client
  for (const intruder of intruders.filter((one) => isStored(client, one))) {
    const write = history.writes.get(intruder.text)
    if (write)
      acknowledge(history, write, nameIn(intruder.under, intruder.number), system.world.now)
  }
}

/**
 * When all is quiet: no row of before is another one now, and every message that was answered is
 * stored under its number, or parked as a collision, in the quarantine, with a metric that says so.
 */
export function checkUnrestored(
  client: Client,
  before: Map<string, string>,
  intruders: Intruder[],
): string[] {
  const { system } = client
  const { stores, quarantine, counted } = system
  const after = plain(stores.rows)
  const violations = [...before].flatMap(([name, row]) =>
    after.get(name) === row || isStub(row) ? [] : [`${name}: ${row} became ${after.get(name)}`],
  )
  const held = quarantine.map(({ body, reason }) => ({ ...decode(body), reason }))
  for (const intruder of intruders) {
    const { text, number } = intruder
    if (isStored(client, intruder)) continue
    const parked = held.find(({ values: [value] }) => value && textOf(value) === text)
    const reason = parked && parkedBy(system, parked.rid)
    if (reason !== 'collision' || parked?.reason !== reason)
      violations.push(
        `"${text}", answered ${number}: neither stored nor parked as a collision, ${reason}`,
      )
  }
  if ((counted.Collisions ?? 0) < new Set(held.map(({ rid }) => rid)).size)
    violations.push(`${held.length} collisions, a metric says ${counted.Collisions}`)
  return violations
}
const isStub = (row: string): boolean => row.startsWith('[null,0')

/**
 * When all is quiet: whatever collided, each stored message is read as it is stored, by list and by
 * search; and while MySQL is away (for `awayMs` from then on) nothing is read of it, or that.
 */
export async function readUnrestored(client: Client, awayMs: number): Promise<string[]> {
  const { faults, world } = client.system
  const violations: string[] = []
  // The table may have forgotten that an application is deleted; its chats take messages then,
  // which nobody can read.
  const chats = client.chats.filter((chat) => !isGone(client.history, chat))
  for (const chat of chats) violations.push(...(await readChat(client, chat, false)))
  const away = { from: world.now, to: world.now + awayMs, manner: 'refusing' as const }
  faults.outages = [{ dependency: 'mysql', ...away }]
  for (const chat of chats) violations.push(...(await readChat(client, chat, true)))
  return violations
}

async function readChat(
  { system, history }: Client,
  chat: string,
  away: boolean,
): Promise<string[]> {
  const path = pathTo(history, chat)
  const stored = system.stores
    .messagesOf(appKey(path.token), path.chat)
    .filter(({ value }) => value.deleted_at === null)
    .map(({ number, value }) => `${number}=${value.body}`)
  const list = { path, method: 'GET' as const, query: { order: 'desc', limit: 1000 } }
  const find = { ...list, query: { q: 't', mode: 'literal', order: 'newest', limit: 1000 } }
  const seen = [
    await invoke(system, 'list', kinds[2].list, list),
    await invoke(system, 'search', search, find),
  ]
  history.reads += seen.length
  return seen.flatMap((answer) => {
    const shown = answer?.status === 200 ? v.parse(page, answer.body).data : []
    const read = shown.map(({ number, body }) => `${number}=${body}`)
    const whole = away || read.length === stored.length
    if (whole && read.every((one) => stored.includes(one))) return []
    return [`${chat}: reads ${answer?.status} ${read.join(' ')}, stored ${stored.join(' ')}`]
  })
}
