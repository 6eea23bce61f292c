import {
  applicationSuspended,
  notFound,
  type Problem,
  unavailable,
} from '../../problems/problem.ts'
import { overlaps } from '../model/entry.ts'
import { applicationParent, type Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import type { Head, HeadCaps, Suspension } from '../table/head.ts'
import { putHead } from '../table/head-writes.ts'
import { readHeads } from '../table/read-heads.ts'
import { allWaiting } from '../table/waiting-items.ts'

/**
 * An image of a parent's HEAD. `gone`: the parent or its application is deleted. `suspended`: its
 * application is.
 */
export interface ParentState {
  head: Head
  gone: boolean
  suspended?: Suspension | undefined
}

/**
 * Whether the chat was created, although it has no HEAD yet: its create is not settled before that
 * HEAD is paid, so the application's HEAD or waiting items still show it.
 */
async function wasCreated(
  table: Table,
  above: Head,
  parent: Parent & { kind: 'chat' },
): Promise<boolean> {
  if (above.entries.some((entry) => overlaps(entry, parent.chat, parent.chat))) return true
  const waiting = await allWaiting(table, applicationParent(parent.app), parent.chat, parent.chat)
  // The query begins a batch's length early: what it finds there is about other numbers.
  return waiting.some((entry) => overlaps(entry, parent.chat, parent.chat))
}

/**
 * Step 1 of a create (docs/protocol.md#creating): the HEAD, strongly consistent. A chat whose
 * create was answered 201 but could not put its HEAD gets it here, by the first message that misses
 * it (P5). Throws 404 where there is no such parent, and an Error where the root has no HEAD: then
 * the system is not set up.
 */
export async function readParent(table: Table, parent: Parent): Promise<ParentState> {
  const { head, above } = await readHeads(table, parent)
  if (parent.kind === 'chat' && !above) throw notFound('application')
  const suspended = (parent.kind === 'chat' ? above : head)?.suspended
  if (head) return { head, gone: head.deleted || above?.deleted === true, suspended }
  if (parent.kind === 'root') throw new Error('the root has no HEAD: run the migration')
  if (parent.kind === 'application') throw notFound('application')
  if (!above || !(await wasCreated(table, above, parent))) throw notFound('chat')
  await table.put(putHead(parent))
  return readParent(table, parent)
}

/** The Problem with which a create or an edit below a deleted parent is refused. */
export const goneOf = (parent: Parent): Problem =>
  notFound(parent.kind === 'chat' ? 'chat' : 'application')

/** Why nothing new can be reserved under a parent now; undefined: it can. */
export function blockedBy(
  { head, gone, suspended }: ParentState,
  parent: Parent,
  caps: HeadCaps,
): Problem | undefined {
  if (gone) return goneOf(parent)
  if (suspended) return applicationSuspended(suspended === 'all')
  if (head.entries.length < caps.hard) return undefined
  return unavailable('too many requests wait under this parent', 2)
}
