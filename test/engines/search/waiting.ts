import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { applicationParent, chatParent } from '../../../functions/protocol/model/parent.ts'
import type { Change } from '../../../functions/protocol/model/reservation.ts'
import type { Item, Key, Table } from '../../../functions/protocol/ports/table.ts'
import { putHead } from '../../../functions/protocol/table/head-writes.ts'
import { putRequest } from '../../../functions/protocol/table/request-writes.ts'

/**
 * A table to read from that holds the HEADs of an application and its first chat, and what waits in
 * the chat.
 */
export function tableWith(token: string, waiting: Change[]): Table {
  const app = appKey(token)
  const entries = Object.fromEntries(waiting.map(({ rid, rev }) => [rid, rev]))
  const targets = Object.fromEntries(waiting.map(({ rid, number }) => [rid, number]))
  const chat = { ...putHead(chatParent(app, 1)).Item, r: entries, rn: targets }
  const requests = waiting.map(({ rid, parent, act, value }) => {
    const request = {
      rid,
      parent,
      act,
      values: [value],
      createdAt: value.created_at,
      hash: '',
      now: 0,
    }
    return putRequest({ ...request, token: undefined }).Item
  })
  const items: Item[] = [putHead(applicationParent(app)).Item, chat, ...requests]
  const find = (key: Key): Item | undefined =>
    items.find((item) => item.pk === key.pk && item.sk === key.sk)
  const readOnly = () => Promise.reject(new Error('a search writes nothing'))
  return {
    get: async (key) => find(key),
    batchGet: async (keys) => keys.map(find),
    query: async () => ({ items: [], next: undefined }),
    put: readOnly,
    update: readOnly,
    delete: readOnly,
    transact: readOnly,
  }
}
