import { auditedChildren, auditedParents } from '../mysql/audited-rows.ts'
import type { Sql } from '../mysql/db.ts'
import { parents } from '../mysql/stored-parents.ts'
import { type Parent, parentKey } from '../protocol/model/parent.ts'
import type { AuditPorts } from './ports.ts'
import type { Snapshot } from './snapshot.ts'
import type { TableState } from './table-state.ts'

/**
 * A part has at most so many children, or is one parent; and at most so many parents, for MySQL is
 * asked for each by its key.
 */
const partRows = 20_000
export const partParents = 1_000
/** The parents that MySQL knows, in parts that fit into memory. */
export async function* partsOf(sql: Sql): AsyncGenerator<Parent[]> {
  let part: Parent[] = []
  let size = 0
  let page = await parents(sql, undefined, partParents)
  while (page.length > 0) {
    for (const { parent, lastNumber } of page) {
      if (part.length > 0 && (size + lastNumber > partRows || part.length === partParents)) {
        yield part
        part = []
        size = 0
      }
      part.push(parent)
      size += lastNumber
    }
    page = await parents(sql, page.at(-1)?.parent, partParents)
  }
  if (part.length > 0) yield part
}

/** All that the stores hold below these parents. */
export async function snapshotOf(
  ports: AuditPorts,
  state: TableState,
  part: Parent[],
): Promise<Snapshot> {
  const below = part.flatMap((parent) => state.parents.get(parentKey(parent)) ?? [])
  const chats = part.filter(({ kind }) => kind === 'chat').map(parentKey)
  return {
    heads: below.flatMap(({ parent, head }) => (head ? [{ parent, head }] : [])),
    requests: below.flatMap(({ requests }) => requests),
    waiting: below.flatMap(({ parent, waiting }) => waiting.map((entry) => ({ parent, entry }))),
    rows: await auditedChildren(ports.sql, part),
    parents: await auditedParents(ports.sql, part),
    documents: ports.documents && chats.length > 0 ? await ports.documents.of(chats) : undefined,
    queued: 0,
  }
}
