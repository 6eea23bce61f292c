import { readWhole } from '../mysql/cells.ts'
import type { AuditPorts } from './ports.ts'
import { onTheWay, readTable, type TableState } from './table-state.ts'

/** Longer than the index takes to show what it has, too: it refreshes every second. */
const pollMs = 2_000

/** Rows that the index has not taken yet: persist or reindex will bring them. */
async function unindexed({ sql, documents }: AuditPorts): Promise<number> {
  if (!documents) return 0
  const [row] = await sql.query('SELECT COUNT(*) AS unindexed FROM messages WHERE unindexed = 1')
  return readWhole(row?.unindexed)
}

/** The table, and how much was on its way when it was read: in the queue, or waiting elsewhere. */
export type Quiet = TableState & { queued: number; waiting: number }

/** Waits until nothing is on its way, at most until `until` (ms since 1970). */
export async function quiet(ports: AuditPorts, until: number): Promise<Quiet> {
  for (;;) {
    const queued = await ports.queued()
    const state = await readTable(ports.scan())
    const waiting = onTheWay(state) + (await unindexed(ports))
    const late = ports.now() + pollMs > until
    if (late || queued + waiting === 0) {
      if (!late && ports.documents) await ports.pause(pollMs)
      return { ...state, queued, waiting }
    }
    ports.tell({ rows: 0, parents: 0, queued, waiting })
    await ports.pause(pollMs)
  }
}
