import { etagOf } from '../api/etags.ts'
import type { HttpResponse } from '../api/http-response.ts'
import { givenOnce } from '../api/read-headers.ts'
import { idempotencyKeyPattern } from '../api/schemas/queries.ts'
import type { Value } from '../kinds/kinds.ts'
import type { Status } from '../kinds/status.ts'
import { limits } from '../limits/limits.ts'
import { badRequest } from '../problems/problem.ts'
import type { Parent } from '../protocol/model/parent.ts'
import { changesOf } from '../protocol/model/reservation.ts'
import type { Row } from '../protocol/model/row.ts'
import type { Log } from '../protocol/ports/log.ts'
import { idempotencyRequestKey } from '../protocol/table/request.ts'
import type { Input, Reserved } from '../protocol/write/create.ts'
import type { DepthPorts } from '../protocol/write/deep-queue.ts'
import { enqueue } from '../protocol/write/enqueue.ts'
import { reserve } from '../protocol/write/reserve.ts'
import type { ReservePorts } from '../protocol/write/take-number.ts'
import { hashOfSpelling, hashOfValue } from './payload-hash.ts'

export type AcceptPorts = ReservePorts & DepthPorts & { log: Log }

const keyPattern = new RegExp(idempotencyKeyPattern(1))

const keyHeader = 'Idempotency-Key'

/**
 * The Idempotency-Key as the draft writes it (a quoted string) or bare: the same key, and so are
 * several equal ones. Throws 400 on what is none, and on several that differ.
 */
export function readKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const key = givenOnce(keyHeader, header, unquoted)
  if (key === '') throw noKey()
  return key
}

function unquoted(key: string): string {
  if (!keyPattern.test(key)) throw noKey()
  return /^"(.+)"$/.exec(key)?.[1] ?? key
}

const noKey = () =>
  badRequest([
    {
      parameter: keyHeader,
      detail: `must have 1 to ${limits.idempotencyKey} characters of printable ASCII, in quotes, or bare and without a comma`,
    },
  ])

/**
 * The REQ key of a request; its scope keeps the keys of two applications, routes and parents apart.
 */
export const requestKeyOf = (
  headers: Record<string, string>,
  scope: string[],
): string | undefined => {
  const key = readKey(headers['idempotency-key'])
  return key === undefined ? undefined : idempotencyRequestKey(...scope, key)
}

/**
 * The checked input with the hashes that tell a repeat from another payload: of `value`, which has
 * no unset fields, and of `spelling`, which is what version 0.1 hashed (payload-hash.ts).
 */
export const inputOf = <V extends Value>(
  value: object,
  spelling: object,
  build: Input<V>['build'],
): Input<V> => ({
  hash: hashOfValue(value),
  formerHash: () => hashOfSpelling(spelling),
  build,
})

/**
 * Accepts a create: its number is reserved and recorded, then it is sent to the queue. What is
 * returned is safe: lost replies, kills and a queue that is away delay its row and do not lose it.
 * Throws Problems (see reserve).
 */
export async function accept<V extends Value>(
  ports: AcceptPorts,
  parent: Parent,
  key: string | undefined,
  input: () => Input<V>,
): Promise<Reserved<V>> {
  const reserved = await reserve(ports, { parent, key, input })
  // A replay was sent by its first request. But an application's HEAD may still be owed, and the
  // 201 promises it.
  if (!reserved.replayed || parent.kind === 'root')
    await enqueue(ports, reserved.reservation, reserved.head)
  return reserved
}

/** The rows of a create as they will be: what its response shows. */
export const newRows = <V extends Value>({ reservation }: Reserved<V>): Row<V>[] =>
  changesOf(reservation).map(({ number, rid, rev, value }) => ({
    number,
    rid,
    rev,
    count: 0,
    value,
  }))

/** The response 201. `location` is relative, so that it is right behind every base address. */
export const created = (
  replayed: boolean,
  location: string,
  body: unknown,
  headers: Record<string, string> = {},
): HttpResponse => ({
  status: 201,
  headers: {
    ...headers,
    Location: location,
    ...(replayed ? { 'Idempotency-Replayed': 'true' } : {}),
  },
  body,
})

/** The response 201 for one thing that was made, with its ETag. */
export function createdOne<V extends Value>(
  replayed: boolean,
  location: string,
  [row]: Row<V>[],
  represent: (row: Row<V>, status: Status) => unknown,
): HttpResponse {
  if (!row) throw new Error('a reservation of nothing')
  return created(replayed, location, represent(row, 'accepted'), { ETag: etagOf(row, 'accepted') })
}
