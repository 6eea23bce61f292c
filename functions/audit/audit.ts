import { type Parent, parentKey } from '../protocol/model/parent.ts'
import { invariants } from './invariants.ts'
import { partParents, partsOf, snapshotOf } from './parts.ts'
import type { AuditPorts } from './ports.ts'
import { quiet } from './quiet.ts'
import type { Finding, Snapshot } from './snapshot.ts'

/** `violations` holds the first of `total`. */
interface AuditFinding extends Finding {
  total: number
}
export interface Audit {
  /** False: the time was over before everything was looked at. */
  complete: boolean
  /** What was still on its way when the waiting was over; findings may be about it. */
  onTheWay: number
  parents: number
  rows: number
  /** Requests that wait for a person. */
  parked: number
  /** Requests that were never given a number; they expire by themselves. */
  unreserved: number
  findings: AuditFinding[]
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
 * Checks every invariant on a live stack, part by part. The table is read once and kept without
 * bodies (some 300 bytes for each parent and each request of the last day); of rows and documents
 * there are 20,000 in memory, or those of the greatest parent. Waits at most `waitMs` until nothing
 * is on its way. Ends early, with `complete` false, once `late` says so. Keeps the first `most`
 * violations of each invariant. It only reads. Errors are the stores' own.
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

/** Documents of chats that neither table nor MySQL knows: they were not looked at, by chat. */
const strangers = (seen: number, total: number): Finding => ({
  invariant: 'the index equals the rows',
  checked: 0,
  violations: seen === total ? [] : [`the index holds ${total} documents, of known chats ${seen}`],
})
