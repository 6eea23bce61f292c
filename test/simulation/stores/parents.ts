import type { Parent } from '../../../functions/protocol/model/parent.ts'
import {
  applicationParent,
  chatParent,
  parentKey,
  root,
} from '../../../functions/protocol/model/parent.ts'
import type { StoredCounts } from '../../../functions/protocol/write/raise-head.ts'
import type { MemoryRow, MemoryStores } from './mysql.ts'

const selfOf = (parent: Parent, row: MemoryRow): StoredCounts => ({
  parent,
  lastNumber: row.lastNumber,
  childRev: row.childRev,
  deleted: Boolean(row.value?.deleted_at),
})

/**
 * What functions/mysql/stored-parents.ts reads of MySQL: the root, the applications, the chats,
 * behind `cursor`.
 */
export function parentsIn(
  { rows }: Pick<MemoryStores, 'rows'>,
  cursor: Parent | undefined,
  limit: number,
): StoredCounts[] {
  const applications = [...rows].filter(([, { parent }]) => parent.kind === 'root')
  const top: StoredCounts = {
    parent: root,
    lastNumber: Math.max(0, ...applications.map(([, { number }]) => number ?? 0)),
    childRev: Math.max(0, ...applications.map(([, { number }]) => number ?? 0)),
    deleted: false,
  }
  const all = [
    top,
    // The key of an application's row is the root's and its own.
    ...applications.map(([name, row]) => ({
      ...selfOf(applicationParent(name.slice(name.indexOf('/') + 1)), row),
      childRev: Math.max(row.childRev, row.rev),
      ...(row.number === undefined ? {} : { number: row.number }),
    })),
    ...[...rows.values()].flatMap((row) =>
      row.parent.kind === 'application' && row.number !== undefined
        ? [selfOf(chatParent(row.parent.app, row.number), row)]
        : [],
    ),
  ]
  const at = cursor ? all.findIndex(({ parent }) => parentKey(parent) === parentKey(cursor)) + 1 : 0
  return all.slice(at, at + limit)
}
