import type { AuditedParent, AuditedRow } from '../mysql/audited-rows.ts'
import type { Entry } from '../protocol/model/entry.ts'
import { type Parent, parentKey, root } from '../protocol/model/parent.ts'
import type { Head } from '../protocol/table/head.ts'
import type { Request } from '../protocol/table/request.ts'

/** Everything there is, in all stores, while nothing is on its way. */
export interface Snapshot {
  heads: { parent: Parent; head: Head }[]
  requests: Request[]
  waiting: { parent: Parent; entry: Entry }[]
  rows: AuditedRow[]
  /** The root has no row, and is not among them. */
  parents: AuditedParent[]
  /** undefined: the system runs without an index. */
  documents: { app: string; chat: number; number: number; rev: number }[] | undefined
  /** Messages in the queue, visible or not. */
  queued: number
}
/** What became of one invariant: on how many things it was checked, and which of them break it. */
export interface Finding {
  invariant: string
  checked: number
  violations: string[]
}

/** What violations call a number. */
export const at = (parent: Parent, number: number): string => `${parentKey(parent)}/${number}`

/** The name of every number that a request has. */
export const namesOf = ({ parent, number, own, count }: Request): string[] => {
  if (number === undefined) return []
  if (own !== undefined) return [at(root, own)]
  return Array.from({ length: count }, (_, i) => at(parent, number + i))
}

/**
 * The numbers of creates that are parked, by name: given out, and without a row of their own until
 * a person has decided.
 */
export const parkedIn = (requests: Request[]): Map<string, { above: string; number: number }> =>
  new Map(
    requests
      .filter((request) => request.parked && request.act === 'create')
      .flatMap((request) => {
        const { parent, number: first = 0 } = request
        return namesOf(request).map((name, i) => [
          name,
          { above: parentKey(parent), number: first + i },
        ])
      }),
  )
