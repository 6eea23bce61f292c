import type { Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import type { Head, HeadCaps } from '../table/head.ts'
import { moveOut } from './move-out.ts'

/**
 * Keeps the HEAD small while nothing settles: every accept above the soft cap moves some out, so it
 * shrinks. Not all the oldest: accepts that run side by side see the same image, and of four that
 * all moved the same two the HEAD would grow by two. Each begins where its rid, which is random,
 * says, and moves the more the fuller the HEAD is. A chore: when it fails (most often because
 * another accept moves the same one at this moment) the next accept does it, and the request goes
 * on. What fails for good shows at the hard cap, and in the sweep, which does the same and throws.
 */
export async function makeRoom(
  { table, caps }: { table: Table; caps: HeadCaps },
  parent: Parent,
  head: Head,
  rid: string,
): Promise<void> {
  const entries = head.entries
  const old = entries.slice(0, Math.max(0, entries.length - caps.soft))
  if (old.length === 0) return
  const start = Buffer.from(rid.slice(-4), 'base64url').readUIntBE(0, 3) % old.length
  const mine = [...old.slice(start), ...old.slice(0, start)].slice(
    0,
    2 + Math.floor(old.length / 16),
  )
  await Promise.allSettled([moveOut(table, parent, mine)])
}
