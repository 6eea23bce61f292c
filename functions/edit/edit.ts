import { etagOf, requireMatch } from '../api/etags.ts'
import type { HttpResponse } from '../api/http-response.ts'
import type { Kind } from '../kinds/kind.ts'
import type { ValueOf } from '../kinds/kinds.ts'
import { type FieldError, invalidFields } from '../problems/problem.ts'
import type { Parent } from '../protocol/model/parent.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { ReadPorts } from '../protocol/read/read-one.ts'
import type { DepthPorts } from '../protocol/write/deep-queue.ts'
import { enqueue } from '../protocol/write/enqueue.ts'
import { payOwed } from '../protocol/write/owed-heads.ts'
import {
  type EditReservePorts,
  type EditTarget,
  reserveEdit,
} from '../protocol/write/reserve-edit.ts'

export type EditPorts = EditReservePorts & ReadPorts & DepthPorts & { log: Log }

/** An update that names no field changes nothing; its sender has a mistake to find. */
export function requireFields<F extends object>(fields: F): F {
  const nothing: FieldError = { pointer: '', detail: 'names no field to change' }
  if (Object.keys(fields).length === 0) throw invalidFields([nothing])
  return fields
}

/** The part of a Call that an update looks at; a delete has no body. */
interface EditCall<F> {
  method: string
  headers: Record<string, string>
  body: () => F
}

/**
 * Reserves and sends an edit; the response is the whole representation as it will be. PATCH sets
 * the fields that the body names; PUT unsets the other optional ones. `find` reads what is edited,
 * again whenever another edit came in between. The body is checked (413, 422) before the row is
 * compared with If-Match (412).
 */
export async function update<K extends Parent['kind']>(
  ports: EditPorts,
  call: EditCall<Partial<ValueOf[K]>>,
  kind: Kind<ValueOf[K]>,
  find: () => Promise<EditTarget<K>>,
): Promise<HttpResponse> {
  const unset = call.method === 'PUT' ? kind.unset : {}
  let fields: Partial<ValueOf[K]> | undefined
  const edited = await reserveEdit<K>(ports, 'edit', find, (known, at) => {
    fields ??= requireFields(call.body())
    requireMatch(call.headers, known.row, known.status)
    return { ...known.row.value, ...unset, ...fields, updated_at: at }
  })
  if ('unchanged' in edited) throw new Error('an update always changes its time')
  await enqueue(ports, edited.reservation, edited.head)
  const { row } = edited
  return {
    status: 200,
    headers: { ETag: etagOf(row, 'accepted') },
    body: kind.represent(row, 'accepted'),
  }
}

/**
 * Deletes for good: a tombstone keeps the number (P10) and nothing that the thing said. 204, also
 * when it is repeated. A first delete may have failed after its reservation and before it refused
 * creates below, so a repeat pays what is owed again.
 */
export async function remove<K extends Parent['kind']>(
  ports: EditPorts,
  { headers }: Pick<EditCall<never>, 'headers'>,
  kind: Kind<ValueOf[K]>,
  find: () => Promise<EditTarget<K>>,
): Promise<HttpResponse> {
  const edited = await reserveEdit<K>(ports, 'delete', find, ({ row, status }, at) => {
    if (row.value.deleted_at !== null) return undefined
    requireMatch(headers, row, status)
    return { ...row.value, ...kind.erased, updated_at: at, deleted_at: at }
  })
  if ('unchanged' in edited) {
    const { parent, number, known } = edited.unchanged
    const { rev, value } = known.row
    await payOwed(ports.table, { rid: '', rev, parent, number, act: 'delete', values: [value] })
    return { status: 204 }
  }
  await enqueue(ports, edited.reservation, edited.head)
  return { status: 204 }
}
