import type { Row } from '../protocol/change.ts'
import type { Status } from '../resources/status.ts'
import { type Answer, badRequest, preconditionFailed } from './problem.ts'

/** Whatever a client sees of a row beside its fields changes it: the rev, the status, and a parent's count. */
export const etagOf = (row: Row, status: Status): string => `"${row.rev}-${status}-${row.count}"`

const tags = (header: string): string[] => header.split(',').map((tag) => tag.trim())

/** A GET's answer: 304 without a body when the client has this very representation (RFC 9110, 13.1.2). */
export function shown(headers: Record<string, string>, row: Row, status: Status, body: unknown): Answer {
  const etag = etagOf(row, status)
  const known = headers['if-none-match']
  // Weakly compared, as for every GET: W/ says nothing here.
  const same =
    known !== undefined && tags(known).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)
  return same ? { status: 304, headers: { ETag: etag } } : { status: 200, headers: { ETag: etag }, body }
}

/**
 * If-Match on what is to be changed: only the rev counts, for a message that has become `stored` since it was read, or
 * a chat that has got messages, is still the same to its editor. Throws 412; 400 on what is no ETag of ours.
 */
export function requireMatch(headers: Record<string, string>, row: Row, status: Status): void {
  const wanted = headers['if-match']
  if (wanted === undefined || wanted.trim() === '*') return
  const revs = tags(wanted).map((tag) => /^"(\d+)-[a-z]+-\d+"$/.exec(tag)?.[1])
  if (revs.includes(undefined)) {
    throw badRequest([{ parameter: 'If-Match', detail: 'must be an ETag of this API, or *' }])
  }
  if (!revs.includes(String(row.rev))) throw preconditionFailed(etagOf(row, status))
}
