import * as v from 'valibot'

/**
 * The schema of a field that a value got after the first release. A value that was written before
 * has `old` in it.
 *
 * Values outlive the code that wrote them. They wait in queue messages and requests, for days if
 * MySQL is away, and documents of the index keep them for good; and the version before goes on to
 * write them while a deploy runs and after it is rolled back. A schema that demands the new field
 * refuses all of these: persist quarantines each queue message, and every read of a request throws.
 * So the rule is: a field that comes later is `added`, and stays so for ever.
 * test/kinds/declared.test.ts holds it, and test/fixtures/v1 has what the first version wrote.
 *
 * One thing is not helped: while both versions run, the one before drops the new field. An edit by
 * it is a value without the field, which is stored as `old` again. What its persist stores leaves
 * the column alone: a new row gets the column's default, and a row that exists keeps what it had.
 */
export const added = <const S extends v.GenericSchema, const D extends v.InferInput<S>>(
  schema: S,
  old: D,
) => v.optional<S, D>(schema, old)
