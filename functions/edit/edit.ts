import { type FieldError, invalidFields } from '../api/problem.ts'
import type { Act, Row, ValueOf } from '../protocol/change.ts'
import type { ReadPorts } from '../protocol/current.ts'
import { enqueue } from '../protocol/enqueue.ts'
import type { Parent } from '../protocol/parent.ts'
import type { Log, Queue } from '../protocol/ports.ts'
import type { ReservePorts } from '../protocol/reserve.ts'
import { reserveEdit, type Target } from '../protocol/reserve-edit.ts'

export type EditPorts = ReservePorts & ReadPorts & { queue: Queue; log: Log }

/** Reserves and sends an edit; answers the row as it will be. Throws Problems (see reserveEdit). */
export async function edit<K extends Parent['kind']>(
  ports: EditPorts,
  act: Exclude<Act, 'create'>,
  open: () => Promise<Target<K>>,
  apply: (row: Row<ValueOf[K]>, at: string) => ValueOf[K],
): Promise<Row<ValueOf[K]>> {
  const { change, row } = await reserveEdit<K>(ports, act, open, apply)
  await enqueue(ports, change)
  return row
}

/** An update that names no field changes nothing; its sender has a mistake to find. */
export function requireFields<F extends object>(fields: F): F {
  const nothing: FieldError = { pointer: '', detail: 'names no field to change' }
  if (Object.keys(fields).length === 0) throw invalidFields([nothing])
  return fields
}
