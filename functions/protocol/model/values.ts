import * as v from 'valibot'
import { kindBelow, type ValueOf } from '../../kinds/kinds.ts'
import type { Parent } from './parent.ts'

/**
 * The values of a reservation as REQs and queue messages hold them, by the kind of their parent.
 * Throws a ValiError on anything else. Fields that are not known are dropped: a later version wrote
 * them, before a deploy was rolled back.
 */
export const readValues = <K extends Parent['kind']>(kind: K, values: unknown): ValueOf[K][] =>
  v.parse(v.pipe(v.array(kindBelow[kind].value), v.minLength(1)), values)
