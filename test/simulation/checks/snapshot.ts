import type { Snapshot } from '../../../functions/audit/snapshot.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import {
  applicationParent,
  chatParent,
  type Parent,
  parseParent,
} from '../../../functions/protocol/model/parent.ts'
import { readHead } from '../../../functions/protocol/table/head.ts'
import { readRequest } from '../../../functions/protocol/table/request.ts'
import type { MemoryRow } from '../stores/mysql.ts'
import type { System } from '../system.ts'

function selfOf(row: MemoryRow): Parent | undefined {
  if (row.parent.kind === 'chat' || row.number === undefined || !row.value) return undefined
  if (row.parent.kind === 'application') return chatParent(row.parent.app, row.number)
  return 'token' in row.value ? applicationParent(appKey(row.value.token)) : undefined
}

const isDeleted = (row: MemoryRow) => Boolean(row.value?.deleted_at)

/** Everything that the simulated stores hold, as the invariants want it. */
export function snapshotOf({ table, stores, index, queue }: System): Snapshot {
  const items = [...table.items.values()]
  const rows = [...stores.rows.values()]
  const sk = (item: { sk?: unknown }) => String(item.sk)
  return {
    heads: items
      .filter((item) => sk(item) === 'head')
      .map((item) => ({ parent: parseParent(String(item.pk)), head: readHead(item) })),
    requests: items.filter((item) => sk(item) === 'req').map(readRequest),
    waiting: items
      .filter((item) => String(item.pk).endsWith('#waiting'))
      .map((item) => ({
        parent: parseParent(String(item.pk).replace(/#waiting$/, '')),
        entry: {
          rid: String(item.rid),
          rev: Number(item.rev),
          number: Number(item.number),
          count: Number(item.count ?? 1),
        },
      })),
    // A stub of an application has no number, and is none.
    rows: rows.flatMap((row) =>
      row.number === undefined
        ? []
        : [
            {
              parent: row.parent,
              number: row.number,
              rid: row.rid,
              rev: row.rev,
              deleted: isDeleted(row),
            },
          ],
    ),
    parents: rows.flatMap((row) => {
      const parent = selfOf(row)
      return parent
        ? [{ parent, count: row.lastNumber - row.tombstones, deleted: isDeleted(row) }]
        : []
    }),
    documents: [...index.documents.values()].map(({ app, chat, number, rev }) => ({
      app,
      chat,
      number,
      rev,
    })),
    queued: queue.held.length,
  }
}
