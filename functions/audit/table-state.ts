import type { Entry } from '../protocol/model/entry.ts'
import { type Parent, parentKey, parseParent } from '../protocol/model/parent.ts'
import type { Item } from '../protocol/ports/table.ts'
import { type Head, headAttributes, readHead } from '../protocol/table/head.ts'
import { type Request, readRequest } from '../protocol/table/request.ts'
import { readWaitingItem } from '../protocol/table/waiting-items.ts'

/** What the table says of one parent. */
interface Below {
  parent: Parent
  head: Head | undefined
  requests: Request[]
  waiting: Entry[]
}
/** The whole table, without bodies; `parents` are by parentKey. */
export interface TableState {
  parents: Map<string, Below>
  /** Requests that were never reserved: none was answered 2xx, and they expire by themselves. */
  unreserved: number
  parked: number
}

/** What is read of an item; bodies and tokens stay where they are. */
export const attributes = [
  ...['pk', 'sk', ...headAttributes],
  ...['rid', 'parent', 'act', 'own', 'created_at', 'n', 'count', 'stored', 'waiting', 'parked'],
  ...['expiry', 'touched', 'due', 'sent'],
]

const waitingSuffix = '#waiting'

function add(parents: Map<string, Below>, item: Item): void {
  const at = (parent: Parent): Below => {
    const name = parentKey(parent)
    const below = parents.get(name) ?? { parent, head: undefined, requests: [], waiting: [] }
    parents.set(name, below)
    return below
  }
  const pk = String(item.pk)
  if (pk.endsWith(waitingSuffix))
    at(parseParent(pk.slice(0, -waitingSuffix.length))).waiting.push(readWaitingItem(item))
  else if (item.sk === 'head') at(parseParent(pk)).head = readHead(item)
  else if (item.sk === 'req') {
    const request = readRequest(item)
    at(request.parent).requests.push(request)
  }
}

/** Reads the table to its end. Errors are the client's own. */
export async function readTable(pages: AsyncIterable<Item[]>): Promise<TableState> {
  const parents = new Map<string, Below>()
  for await (const page of pages) for (const item of page) add(parents, item)
  let [unreserved, parked] = [0, 0]
  for (const below of parents.values()) {
    const all = below.requests
    const inHead = new Set(below.head?.entries.map(({ rid }) => rid))
    below.requests = all.filter(({ rid, number }) => number !== undefined || inHead.has(rid))
    unreserved += all.length - below.requests.length
    parked += below.requests.filter((request) => request.parked !== undefined).length
  }
  return { parents, unreserved, parked }
}

/** How many reservations are on their way; parked ones, which wait for a person, are not. */
export function onTheWay({ parents }: TableState): number {
  let count = 0
  for (const { head, requests, waiting } of parents.values()) {
    const parked = new Set(requests.filter((request) => request.parked).map(({ rid }) => rid))
    count += (head?.entries.length ?? 0) + waiting.filter(({ rid }) => !parked.has(rid)).length
  }
  return count
}
