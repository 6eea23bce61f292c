import { auditedChildren, auditedParents } from '../mysql/audited-rows.ts'
import { readWhole } from '../mysql/cells.ts'
import type { Sql } from '../mysql/db.ts'
import { parents } from '../mysql/stored-parents.ts'
import { type Parent, parentKey } from '../protocol/model/parent.ts'
import type { Item } from '../protocol/ports/table.ts'
import type { DocumentSource } from './documents.ts'
import { type Finding, invariants, type Snapshot } from './invariants.ts'
import { onTheWay, readTable, type TableState } from './table-state.ts'

export interface AuditPorts {
  /** The table's items, with the attributes of on-the-way.ts. */
  scan(): AsyncIterable<Item[]>
  /** Messages in the queue, in flight or not. */
  queued(): Promise<number>
  sql: Sql
  /** undefined: the system runs without an index. */
  documents: DocumentSource | undefined
  pause(ms: number): Promise<void>
  now(): number
  /** Told before each part. */
  tell(progress: { rows: number; parents: number; queued: number; waiting: number }): void
}
/** `violations` holds the first of `total`. */
interface AuditFinding extends Finding {
  total: number
}
export interface Audit {
  /** Not, when the time was over before everything was looked at. */
  complete: boolean
  /**
   * What was still on its way when the waiting was over: findings may be about things that move.
   */
  onTheWay: number
  parents: number
  rows: number
  /** Requests that wait for a person. */
  parked: number
  /** Requests that were never given a number; they expire by themselves. */
  unreserved: number
  findings: AuditFinding[]
}

/**
 * A part has at most so many children, or is one parent; and so many parents, for each is asked for
 * by its key.
 */
const partRows = 20_000
const partParents = 1_000
/** Also longer than the index takes to show what it has (its refresh interval is 1 s). */
const pollMs = 2_000

/** Rows that the index has not taken yet: persist or reindex will bring them. */
async function unindexed({ sql, documents }: AuditPorts): Promise<number> {
  if (!documents) return 0
  const [row] = await sql.query('SELECT COUNT(*) AS unindexed FROM messages WHERE unindexed = 1')
  return readWhole(row?.unindexed)
}

/** The table, and how much was on its way when it was read. */
type Quiet = TableState & { queued: number; waiting: number }

/** Waits until nothing is on its way, at most until `until`. */
async function quiet(ports: AuditPorts, until: number): Promise<Quiet> {
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

/** The parents that MySQL knows, in parts that fit into memory. */
async function* partsOf(sql: Sql): AsyncGenerator<Parent[]> {
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
async function snapshotOf(ports: AuditPorts, state: TableState, part: Parent[]): Promise<Snapshot> {
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

/** Adds findings up; keeps the first `most` violations of each invariant. */
function adder(most: number) {
  const sums = new Map<string, AuditFinding>()
  const add = (findings: Finding[]) => {
    for (const { invariant, checked, violations } of findings) {
      const sum = sums.get(invariant) ?? { invariant, checked: 0, violations: [], total: 0 }
      sum.checked += checked
      sum.total += violations.length
      sum.violations.push(...violations.slice(0, most - sum.violations.length))
      sums.set(invariant, sum)
    }
  }
  return { add, findings: () => [...sums.values()] }
}

const nothing: Snapshot = {
  heads: [],
  requests: [],
  waiting: [],
  rows: [],
  parents: [],
  documents: undefined,
  queued: 0,
}

/**
 * Checks every invariant on a live stack, part by part: the table is read once and kept without
 * bodies (some 300 bytes a parent and a request of the last day), of rows and documents 20,000 at a
 * time, or those of the greatest parent. Waits at most `waitMs` until nothing is on its way; ends
 * early, with `complete` false, once `late` says so. Only reads. Errors are the stores' own.
 */
export async function audit(
  ports: AuditPorts,
  { waitMs, most, late }: { waitMs: number; most: number; late: () => boolean },
): Promise<Audit> {
  const state = await quiet(ports, ports.now() + waitMs)
  const { waiting } = state
  const sum = adder(most)
  const seen = { parents: 0, rows: 0, documents: 0 }
  const look = async (part: Parent[]) => {
    const snapshot = await snapshotOf(ports, state, part)
    sum.add(invariants(snapshot))
    seen.parents += part.length
    seen.rows += snapshot.rows.length
    seen.documents += snapshot.documents?.length ?? 0
    for (const parent of part) state.parents.delete(parentKey(parent))
    ports.tell({ rows: seen.rows, parents: seen.parents, queued: state.queued, waiting })
  }
  let complete = true
  for await (const part of partsOf(ports.sql)) {
    if (late()) {
      complete = false
      break
    }
    await look(part)
  }
  if (complete) {
    // What the table knows and MySQL does not.
    const left = [...state.parents.values()].map(({ parent }) => parent)
    for (let at = 0; at < left.length; at += partParents)
      await look(left.slice(at, at + partParents))
    sum.add(invariants({ ...nothing, queued: state.queued }))
    if (ports.documents) sum.add([strangers(seen.documents, await ports.documents.total())])
  }
  const { unreserved, parked } = state
  return {
    complete,
    onTheWay: waiting + state.queued,
    parents: seen.parents,
    rows: seen.rows,
    parked,
    unreserved,
    findings: sum.findings(),
  }
}

/** Documents of chats that nobody knows: asked for by chat, they were not looked at. */
const strangers = (seen: number, total: number): Finding => ({
  invariant: 'the index equals the rows',
  checked: 0,
  violations: seen === total ? [] : [`the index holds ${total} documents, of known chats ${seen}`],
})
