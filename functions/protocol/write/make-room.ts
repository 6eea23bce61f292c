import type { Parent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import type { Head, HeadCaps } from '../table/head.ts'
import { moveOut } from './move-out.ts'

/**
 * Keeps the HEAD small while nothing settles: above the soft cap every accept moves entries out,
 * two for the one that it adds (one where only one is above the cap), and more the fuller the HEAD
 * is. Not simply the oldest ones: accepts that run side by side see the same image, and if four of
 * them all moved the same two, the HEAD would still grow by two. So each begins at a place that its
 * rid, which is random, names. If it fails (mostly because another accept moves the same entry at
 * this moment) the request goes on, and the next accept does it. What fails for good shows at the
 * hard cap, and in the sweep, which moves out too and logs what fails.
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
