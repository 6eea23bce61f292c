import type { Call } from '../api/call.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { mysqlEndpoint } from '../api/mysql-endpoint.ts'
import { applicationKind } from '../kinds/application.ts'
import { badRequest } from '../problems/problem.ts'
import { root } from '../protocol/model/parent.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import { emptyHead } from '../protocol/table/head.ts'
import { readHeads } from '../protocol/table/read-heads.ts'
import { readPage } from './children-page.ts'
import { readPorts } from './wiring.ts'

/** Applications are numbered inside only; their cursor says so by being opaque. */
const toCursor = (number: number): string => Buffer.from(`a${number}`).toString('base64url')

function fromCursor(parameter: 'after' | 'before', cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  const number = /^a([1-9][0-9]{0,15})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  if (number === undefined)
    throw badRequest([{ parameter, detail: 'must be a cursor of this list' }])
  return Number(number)
}

/**
 * A page of applications in the order of their making, for the operator. Throws 400 (cursor), 503.
 */
export async function listApplications(
  ports: ReadPorts,
  call: Call<'list-applications'>,
): Promise<HttpResponse> {
  const { head = emptyHead } = await readHeads(ports.table, root)
  const { after, before, ...rest } = call.query
  const query = { ...rest, after: fromCursor('after', after), before: fromCursor('before', before) }

  return readPage<'root'>(
    ports,
    root,
    head,
    query,
    (one) => applicationKind.represent(one.row, one.status),
    toCursor,
  )
}

export const handler = mysqlEndpoint('list-applications', (call, sql, request) =>
  listApplications(readPorts(sql, request), call),
)
