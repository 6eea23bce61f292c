import { applicationParent } from '../model/parent.ts'
import type { Table } from '../ports/table.ts'
import { headKey, readHead, type Suspension } from '../table/head.ts'
import { suspendHead } from '../table/head-writes.ts'

/** How an application stands; `suspended` is undefined where it is not. */
export interface Standing {
  suspended: Suspension | undefined
  deleted: boolean
}

/**
 * How the application of this internal key stands, strongly consistent; undefined: it has no HEAD.
 */
export async function standingOf(table: Table, app: string): Promise<Standing | undefined> {
  const item = await table.get(headKey(applicationParent(app)))
  if (!item) return undefined
  const { suspended, deleted } = readHead(item)
  return { suspended, deleted }
}

/**
 * Suspends an application by its internal key, or lifts that (undefined). What begins after this
 * has returned is refused with 403 (docs/protocol.md#a-suspended-application-takes-no-writes). What
 * was accepted before goes on its way (docs/decisions/0057). Returns false where it has no HEAD:
 * there is no such application, or its counters were lost.
 */
export const suspend = async (
  table: Table,
  app: string,
  suspended: Suspension | undefined,
): Promise<boolean> => (await table.update(suspendHead(applicationParent(app), suspended))).done
