import type { ValueOf } from '../../kinds/kinds.ts'
import { overlaps } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Known } from '../model/row.ts'
import type { Rows } from '../ports/stores.ts'
import type { Table } from '../ports/table.ts'
import type { Head } from '../table/head.ts'
import { allWaiting } from '../table/waiting-items.ts'
import { isNewest, merge } from './merge.ts'
import { readPending } from './pending.ts'

export interface ReadPorts {
  table: Table
  rows: Rows
}

/**
 * What is known of one number now (design section 6), undefined when nothing is. `head` is the
 * parent's image that was read before. The order makes it right: an entry leaves the HEAD for the
 * waiting items, and both for MySQL, so whatever is missing in one place has arrived in the next.
 * MySQL away: what waits is answered if nothing newer can be stored; else its error rises.
 */
export async function readOne<K extends Parent['kind']>(
  ports: ReadPorts,
  parent: Extract<Parent, { kind: K }>,
  number: number,
  head: Head,
): Promise<Known<ValueOf[K]> | undefined> {
  const waiting = await allWaiting(ports.table, parent, number, number)
  const entries = [...head.entries, ...waiting].filter((entry) => overlaps(entry, number, number))
  const show = () => ports.rows.show<K>(parent, number)
  const [first] = await Promise.allSettled([show()])
  const { pending: all, settled } = await readPending<K>(ports.table, parent.kind, entries)
  const pending = all.filter((change) => change.number === number)
  if (first.status === 'fulfilled') return merge(settled ? await show() : first.value, pending)
  if (isNewest(head, pending)) return merge(undefined, pending)
  throw first.reason
}
