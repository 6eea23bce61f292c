import { notFound } from '../api/problem.ts'
import { type Head, headKey, overlaps, putHead, readHead } from './head.ts'
import { applicationParent, type Parent } from './parent.ts'
import type { Table } from './ports.ts'
import { allWaiting } from './waiting.ts'

/** A parent's HEAD with what stands above it. `gone`: it or its application is deleted. */
export interface Lineage {
  head: Head
  gone: boolean
}

/**
 * The HEADs of a parent and, for a chat, of its application above; strongly consistent, in one
 * call.
 */
export async function readHeads(
  table: Table,
  parent: Parent,
): Promise<{ head: Head | undefined; above: Head | undefined }> {
  const keys = [
    headKey(parent),
    ...(parent.kind === 'chat' ? [headKey(applicationParent(parent.app))] : []),
  ]
  const [head, above] = await table.batchGet(keys)
  return { head: head && readHead(head), above: above && readHead(above) }
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
  if (Object.values(above.rn).includes(parent.chat)) return true
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
export async function readLineage(table: Table, parent: Parent): Promise<Lineage> {
  const { head, above } = await readHeads(table, parent)
  if (parent.kind === 'chat' && !above) throw notFound('application')
  if (head) return { head, gone: head.deleted || above?.deleted === true }
  if (parent.kind === 'root') throw new Error('the root has no HEAD: run the migration')
  if (parent.kind === 'application') throw notFound('application')
  if (!above || !(await wasCreated(table, above, parent))) throw notFound('chat')
  await table.put(putHead(parent))
  return readLineage(table, parent)
}
