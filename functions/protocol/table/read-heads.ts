import { applicationParent, type Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { type Head, headKey, readHead } from './head.ts'

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
