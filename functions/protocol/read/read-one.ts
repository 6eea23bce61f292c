import type { ValueOf } from '../../kinds/kinds.ts'
import { overlaps } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Known, Row } from '../model/row.ts'
import type { Rows } from '../ports/stores.ts'
import type { Table } from '../ports/table.ts'
import type { Head } from '../table/head.ts'
import { allWaiting } from '../table/waiting-items.ts'
import { merge } from './merge.ts'
import { type OwnHead, ownEntries, ownLastEdit } from './own-edits.ts'
import { readPending } from './pending.ts'
import { isNewest } from './without-mysql.ts'

export interface ReadPorts {
  table: Table
  rows: Rows
}

/**
 * What is known of one number now; undefined: nothing is (docs/protocol.md#reading). `head` is the
 * parent's image that was read before. The order of the reads makes it right: an entry moves from
 * the HEAD to a waiting item and from both to MySQL, so what has just left one place has arrived in
 * the next when that is read. Where MySQL is away: what is pending, if nothing newer can be stored;
 * else MySQL's error is thrown. `own`: of an application, the image of its own HEAD, which counts
 * its edits.
 */
export async function readOne<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  number: number,
  head: Head,
  own?: OwnHead,
): Promise<Known<ValueOf[K]> | undefined> {
  const waiting = await allWaiting(ports.table, parent, number, number)
  const above = [...head.entries, ...waiting].filter((entry) => overlaps(entry, number, number))
  const entries = own ? [...above, ...(await ownEntries(ports.table, number, own))] : above
  const show = () => ports.rows.show<K>(parent, number)
  const [first] = await Promise.allSettled([show()])
  const { pending: all, settled } = await readPending<K>(ports.table, parent.kind, entries)
  const pending = all.filter((change) => change.number === number)
  const known = (row?: Row<ValueOf[K]>): Known<ValueOf[K]> | undefined => {
    const merged = merge(row, pending)
    return merged && { ...merged, waiting: pending.filter(({ parked }) => !parked).length }
  }
  if (first.status === 'fulfilled') return known(settled ? await show() : first.value)
  if (isNewest(own ? ownLastEdit(head, number, own) : head, pending)) return known()
  throw first.reason
}
