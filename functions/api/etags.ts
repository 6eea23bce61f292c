import type { Status } from '../kinds/status.ts'
import { badRequest, preconditionFailed } from '../problems/problem.ts'
import type { Row } from '../protocol/model/row.ts'
import type { HttpResponse } from './http-response.ts'

/**
 * The entity tag of a row. All that clients see of a row is in it: the rev stands for the fields,
 * and the status and a parent's child count change without a new rev.
 */
export const etagOf = (row: Row, status: Status): string => `"${row.rev}-${status}-${row.count}"`

/** An entity tag by RFC 9110, 8.8.3, within which a comma may stand. */
const tag = /(?:W\/)?"[!#-~\u0080-\u{10ffff}]*"/gu
const tagsOf = (header: string): string[] => header.match(tag) ?? []

/**
 * Throws 400 on an If-Match that is neither a list of entity tags nor `*`. It is called before
 * anything is read, because this is about syntax, and the order of refusals is 400, 404, 413, 422,
 * 412 for all operations.
 */
export function checkIfMatch(headers: Record<string, string>): void {
  const wanted = headers['if-match']?.trim()
  if (wanted === undefined || wanted === '*') return
  if (tagsOf(wanted).length > 0 && /^[\s,]*$/.test(wanted.replaceAll(tag, ''))) return
  throw badRequest([{ parameter: 'If-Match', detail: 'must be an ETag of this API, or *' }])
}

/**
 * Whether an If-None-Match names this tag. The comparison is weak, as for every GET (RFC 9110,
 * 13.1.2): a `W/` makes no difference.
 */
export const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' ||
    tagsOf(header).some((each) => each.replace(/^W\//, '') === etag.replace(/^W\//, '')))

/**
 * The response to a GET of one resource: 200 with the body, or 304 without it when the client has
 * this very representation.
 */
export function showResponse(
  headers: Record<string, string>,
  row: Row,
  status: Status,
  body: unknown,
): HttpResponse {
  const etag = etagOf(row, status)
  // It may be kept by the client alone, and is asked for again before each use: so 304 serves.
  const kept = { ETag: etag, 'Cache-Control': 'private, no-cache' }
  return isKnown(headers['if-none-match'], etag)
    ? { status: 304, headers: kept }
    : { status: 200, headers: kept, body }
}

/**
 * Throws 412 unless the If-Match of an edit names the row. Only the rev is compared: to its editor
 * a message that has become `stored` since it was read is the same, and so is a chat that has got
 * messages. Weak tags match nothing (RFC 9110, 13.1.1), and neither do tags that are not ours.
 */
export function requireMatch(headers: Record<string, string>, row: Row, status: Status): void {
  const wanted = headers['if-match']
  if (wanted === undefined || wanted.trim() === '*') return
  const revs = tagsOf(wanted).map((each) => /^"(\d+)-[a-z]+-\d+"$/.exec(each)?.[1])
  if (!revs.includes(String(row.rev))) throw preconditionFailed(etagOf(row, status))
}
