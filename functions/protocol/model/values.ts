import * as v from 'valibot'
import { isMetadata, type Metadata } from '../../kinds/metadata.ts'
import type { ValueOf } from '../../kinds/values.ts'
import type { Parent } from './parent.ts'

const instant = v.pipe(v.string(), v.isoTimestamp())
const times = { created_at: instant, updated_at: instant, deleted_at: v.nullable(instant) }
const metadata = v.nullable(v.custom<Metadata>(isMetadata))

const schemas = {
  root: v.object({ token: v.string(), name: v.string(), ...times }),
  application: v.object({ title: v.nullable(v.string()), metadata, ...times }),
  chat: v.object({ body: v.string(), sender: v.nullable(v.string()), metadata, ...times }),
}

/**
 * The representations of a reservation as REQs and envelopes carry them, by the kind of their
 * parent. Throws a ValiError on anything else. Fields it does not know are dropped: a later
 * version's, seen while a deploy is rolled back.
 */
export function readValues<K extends Parent['kind']>(kind: K, values: unknown): ValueOf[K][]
export function readValues(kind: Parent['kind'], values: unknown): ValueOf[Parent['kind']][] {
  return v.parse(v.pipe(v.array(schemas[kind]), v.minLength(1)), values)
}
