import { notFound, type Problem, unavailable } from '../../problems/problem.ts'
import { overlaps } from '../model/entry.ts'
import { applicationParent, type Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import type { Head, HeadCaps } from '../table/head.ts'
import { putHead } from '../table/head-writes.ts'
import { readHeads } from '../table/read-heads.ts'
import { allWaiting } from '../table/waiting-items.ts'

/** A parent's HEAD with what stands above it. `gone`: it or its application is deleted. */
export interface ParentState {
  head: Head
  gone: boolean
}

/**
 * Whether the application's own record shows that the chat was created, although the chat has no
 * HEAD yet.
 */
async function wasCreated(
  table: Table,
  above: Head,
  parent: Parent & { kind: 'chat' },
): Promise<boolean> {
  if (above.entries.some((entry) => overlaps(entry, parent.chat, parent.chat))) return true
  const waiting = await allWaiting(table, applicationParent(parent.app), parent.chat, parent.chat)
  // The range of a query begins a batch's length earlier: what it finds there is about other
  // numbers.
  return waiting.some((entry) => overlaps(entry, parent.chat, parent.chat))
}

/**
 * Step 1 of a reservation. A chat whose create answered 201 but could not pay its HEAD gets it
 * here, by the first message that misses it (P5). Missing for good: 404. A HEAD of the root that is
 * missing: the system is not set up.
 */
export async function readParent(table: Table, parent: Parent): Promise<ParentState> {
  const { head, above } = await readHeads(table, parent)
  if (parent.kind === 'chat' && !above) throw notFound('application')
  if (head) return { head, gone: head.deleted || above?.deleted === true }
  if (parent.kind === 'root') throw new Error('the root has no HEAD: run the migration')
  if (parent.kind === 'application') throw notFound('application')
  if (!above || !(await wasCreated(table, above, parent))) throw notFound('chat')
  await table.put(putHead(parent))
  return readParent(table, parent)
}

/** Nothing is created or edited below what is deleted. */
export const goneOf = (parent: Parent): Problem =>
  notFound(parent.kind === 'chat' ? 'chat' : 'application')

/** Why nothing new can be reserved now, if so. */
export function blockedBy(
  { head, gone }: ParentState,
  parent: Parent,
  caps: HeadCaps,
): Problem | undefined {
  if (gone) return goneOf(parent)
  if (head.entries.length < caps.hard) return undefined
  return unavailable('too many requests wait under this parent', 2)
}
