import { type Entry, ownNumber } from '../model/entry.ts'
import type { Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { editBucketOf, type Head, lastEditOf } from '../table/head.ts'
import { allWaiting } from '../table/waiting-items.ts'

/** An application as a parent, and an image of its HEAD, which counts its edits and its delete. */
export interface OwnHead {
  parent: Parent & { kind: 'application' }
  head: Head
}

/** The entries of edits of an application, in its HEAD or waiting, by its number under the root. */
export async function ownEntries(table: Table, number: number, own: OwnHead): Promise<Entry[]> {
  const waiting = await allWaiting(table, own.parent, ownNumber, ownNumber)
  return [...own.head.entries, ...waiting]
    .filter((entry) => entry.number === ownNumber)
    .map((entry) => ({ ...entry, number }))
}

/**
 * The root's image with the last edit of this application as its bucket has it. In version 0.1 the
 * root counted edits; an edit by the own HEAD is newer than all of those, for it was built on
 * them.
 */
export function ownLastEdit(root: Head, number: number, { head }: OwnHead): Head {
  const last = lastEditOf(head, ownNumber) ?? lastEditOf(root, number)
  return { ...root, lastEdits: last === undefined ? {} : { [editBucketOf(number)]: last } }
}
