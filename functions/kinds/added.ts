import * as v from 'valibot'

/**
 * A field of a value that was added after the first release; `old` is what a value without it has.
 *
 * Values outlive the code that wrote them: they wait in queue messages and requests, for days if
 * MySQL is away, and documents of the index keep them for good. While a deploy runs, and after one
 * is rolled back, the version before goes on to write them. None of these has the new field, and a
 * schema that demands it refuses them all: persist quarantines each queue message, and every read
 * of a request throws. So the rule is: a field that comes later is `added`, and stays so.
 *
 * The version before does not know the field either: a value that it reads and edits, while both
 * run, is `old` again in this field.
 *
 * test/fixtures/v1 holds values of the first version, which must be read for ever.
 */
export const added = <const S extends v.GenericSchema, const D extends v.InferInput<S>>(
  schema: S,
  old: D,
) => v.optional<S, D>(schema, old)
