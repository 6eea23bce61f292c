import type { Status } from '../kinds/status.ts'
import { badRequest, preconditionFailed } from '../problems/problem.ts'
import type { Row } from '../protocol/model/row.ts'
import type { HttpResponse } from './http-response.ts'

/**
 * Whatever a client sees of a row beside its fields changes it: the rev, the status, and a parent's
 * count.
 */
export const etagOf = (row: Row, status: Status): string => `"${row.rev}-${status}-${row.count}"`

/** An entity tag as RFC 9110, 8.8.3 writes it: a comma may stand within one. */
const tag = /(?:W\/)?"[!#-~\u0080-\u{10ffff}]*"/gu
const tagsOf = (header: string): string[] => header.match(tag) ?? []

/**
 * Throws 400 on an If-Match that is neither a list of entity tags nor `*`: before anything is
 * looked for, for this is syntax (the order of refusals is that of all: 400, 404, 413, 422, 412).
 */
export function checkIfMatch(headers: Record<string, string>): void {
  const wanted = headers['if-match']?.trim()
  if (wanted === undefined || wanted === '*') return
  if (tagsOf(wanted).length > 0 && /^[\s,]*$/.test(wanted.replaceAll(tag, ''))) return
  throw badRequest([{ parameter: 'If-Match', detail: 'must be an ETag of this API, or *' }])
}

/**
 * Whether an If-None-Match names this tag. Weakly compared, as for every GET: W/ says nothing here.
 */
export const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || tagsOf(header).some((each) => each.replace(/^W\//, '') === etag))

/**
 * A GET's answer: 304 without a body when the client has this very representation (RFC 9110,
 * 13.1.2).
 */
export function shown(
  headers: Record<string, string>,
  row: Row,
  status: Status,
  body: unknown,
): HttpResponse {
  const etag = etagOf(row, status)
  return isKnown(headers['if-none-match'], etag)
    ? { status: 304, headers: { ETag: etag } }
    : { status: 200, headers: { ETag: etag }, body }
}

/**
 * If-Match on what is to be changed: only the rev counts, for a message that has become `stored`
 * since it was read, or a chat that has got messages, is still the same to its editor. Weak tags
 * match nothing (RFC 9110, 13.1.1), nor do those of others. Throws 412.
 */
export function requireMatch(headers: Record<string, string>, row: Row, status: Status): void {
  const wanted = headers['if-match']
  if (wanted === undefined || wanted.trim() === '*') return
  const revs = tagsOf(wanted).map((each) => /^"(\d+)-[a-z]+-\d+"$/.exec(each)?.[1])
  if (!revs.includes(String(row.rev))) throw preconditionFailed(etagOf(row, status))
}
