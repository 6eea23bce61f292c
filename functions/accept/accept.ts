import { createHash } from 'node:crypto'
import { etagOf } from '../api/conditions.ts'
import { type Answer, badRequest } from '../api/problem.ts'
import { changesOf, type Row, type Value } from '../protocol/change.ts'
import { enqueue } from '../protocol/enqueue.ts'
import type { Parent } from '../protocol/parent.ts'
import type { Clock, Ids, Log, Queue, Table } from '../protocol/ports.ts'
import { keyedRequest } from '../protocol/request.ts'
import { type Input, type Reserved, reserve } from '../protocol/reserve.ts'
import { limits } from '../resources/limits.ts'
import { idempotencyKeyPattern } from '../resources/queries.ts'
import type { Status } from '../resources/status.ts'

export interface AcceptPorts {
  table: Table
  queue: Queue
  clock: Clock
  ids: Ids
  log: Log
}

const keyPattern = new RegExp(idempotencyKeyPattern(1))

/**
 * The Idempotency-Key as the draft writes it (a quoted string) or bare: the same key. Throws 400 on
 * what is none.
 */
export function readKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const value = header.trim()
  if (keyPattern.test(value)) return /^"(.+)"$/.exec(value)?.[1] ?? value
  const detail = `must have 1 to ${limits.idempotencyKey} characters of printable ASCII, quoted or bare`
  throw badRequest([{ parameter: 'Idempotency-Key', detail }])
}

/** The scope keeps the keys of two applications, two routes and two parents apart. */
export const requestKeyOf = (
  headers: Record<string, string>,
  scope: string[],
): string | undefined => {
  const key = readKey(headers['idempotency-key'])
  return key === undefined ? undefined : keyedRequest(...scope, key)
}

/** The checked input with the hash that tells a repeat from another payload. */
export const inputOf = <V extends Value>(checked: object, build: Input<V>['build']): Input<V> => ({
  hash: createHash('sha256').update(JSON.stringify(checked)).digest('base64url'),
  build,
})

/**
 * Accepts a create: its number is reserved and recorded, then it is sent to the queue. What comes
 * back is safe: lost replies, kills and an absent queue delay its row, they do not lose it. Throws
 * Problems (see reserve).
 */
export async function accept<V extends Value>(
  ports: AcceptPorts,
  parent: Parent,
  key: string | undefined,
  input: () => Input<V>,
): Promise<Reserved<V>> {
  const reserved = await reserve(ports, { parent, key, input })
  // A replay was sent when it was made; but an application's HEAD may still be owed, and 201
  // promises it.
  if (!reserved.replayed || parent.kind === 'root') await enqueue(ports, reserved.reservation)
  return reserved
}

/** What a create answers with: its rows as they will be. */
export const newRows = <V extends Value>({ reservation }: Reserved<V>): Row<V>[] =>
  changesOf(reservation).map(({ number, rid, rev, value }) => ({
    number,
    rid,
    rev,
    count: 0,
    value,
  }))

/**
 * 201 with the whole representation; `location` is relative, so that it is right behind every base
 * address.
 */
export const created = (
  replayed: boolean,
  location: string,
  body: unknown,
  headers: Record<string, string> = {},
): Answer => ({
  status: 201,
  headers: {
    ...headers,
    Location: location,
    ...(replayed ? { 'Idempotency-Replayed': 'true' } : {}),
  },
  body,
})

/** The same for the one thing that was made, with its ETag. */
export function createdOne<V extends Value>(
  replayed: boolean,
  location: string,
  [row]: Row<V>[],
  represent: (row: Row<V>, status: Status) => unknown,
): Answer {
  if (!row) throw new Error('a reservation of nothing')
  return created(replayed, location, represent(row, 'accepted'), { ETag: etagOf(row, 'accepted') })
}
