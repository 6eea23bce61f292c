import { etagOf, requireMatch } from '../api/etags.ts'
import type { HttpResponse } from '../api/http-response.ts'
import type { ValueOf } from '../kinds/kinds.ts'
import type { Status } from '../kinds/status.ts'
import { type FieldError, invalidFields } from '../problems/problem.ts'
import type { Parent } from '../protocol/model/parent.ts'
import type { Row } from '../protocol/model/row.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Queue } from '../protocol/ports/queue.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import { enqueue } from '../protocol/write/enqueue.ts'
import { payOwed } from '../protocol/write/owed-heads.ts'
import { type EditTarget, reserveEdit } from '../protocol/write/reserve-edit.ts'
import type { ReservePorts } from '../protocol/write/take-number.ts'

export type EditPorts = ReservePorts & ReadPorts & { queue: Queue; log: Log }
type Headers = Record<string, string>

/** An update that names no field changes nothing; its sender has a mistake to find. */
export function requireFields<F extends object>(fields: F): F {
  const nothing: FieldError = { pointer: '', detail: 'names no field to change' }
  if (Object.keys(fields).length === 0) throw invalidFields([nothing])
  return fields
}

/**
 * Reserves and sends an edit; answers the whole row as it will be. `find` reads what is edited, as
 * often as another edit gets in between; `fieldsOf` checks the body (413, 422), and only then the
 * row is compared with If-Match (412).
 */
export async function update<K extends Parent['kind'], F extends object>(
  ports: EditPorts,
  headers: Headers,
  find: () => Promise<EditTarget<K>>,
  fieldsOf: () => F,
  apply: (value: ValueOf[K], fields: F) => ValueOf[K],
  represent: (row: Row<ValueOf[K]>, status: Status) => unknown,
): Promise<HttpResponse> {
  let fields: F | undefined
  const edited = await reserveEdit<K>(ports, 'edit', find, (known, at) => {
    fields ??= requireFields(fieldsOf())
    requireMatch(headers, known.row, known.status)
    return { ...apply(known.row.value, fields), updated_at: at }
  })
  if ('unchanged' in edited) throw new Error('an update always changes its time')
  await enqueue(ports, edited.reservation)
  const { row } = edited
  return {
    status: 200,
    headers: { ETag: etagOf(row, 'accepted') },
    body: represent(row, 'accepted'),
  }
}

/**
 * Deletes for good: a tombstone keeps the number (P10). 204, and again 204. `erase` is the value
 * that stays. A first delete may have failed after its reservation, before it refused creates
 * below; so a repeat pays that again.
 */
export async function remove<K extends Parent['kind']>(
  ports: EditPorts,
  headers: Headers,
  find: () => Promise<EditTarget<K>>,
  erase: (value: ValueOf[K]) => ValueOf[K],
): Promise<HttpResponse> {
  const edited = await reserveEdit<K>(ports, 'delete', find, ({ row, status }, at) => {
    if (row.value.deleted_at !== null) return undefined
    requireMatch(headers, row, status)
    return { ...erase(row.value), updated_at: at, deleted_at: at }
  })
  if ('unchanged' in edited) {
    const { parent, number, known } = edited.unchanged
    const { rev, value } = known.row
    await payOwed(ports.table, { rid: '', rev, parent, number, act: 'delete', values: [value] })
    return { status: 204 }
  }
  await enqueue(ports, edited.reservation)
  return { status: 204 }
}
