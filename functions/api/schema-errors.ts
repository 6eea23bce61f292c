import type * as v from 'valibot'

/**
 * The paths of the fields in `value` that the schema does not have. valibot does not find all of
 * them: it looks names up by `in`, which finds `constructor` and `__proto__` in every object.
 */
export function unknownKeys(
  schema: object,
  value: unknown,
  path: (string | number)[] = [],
): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return []
  const known =
    'getter' in schema && typeof schema.getter === 'function' ? schema.getter(value) : schema
  if (Array.isArray(value)) {
    const { item } = known
    return isSchema(item) ? value.flatMap((one, i) => unknownKeys(item, one, [...path, i])) : []
  }
  const { entries } = known
  if (!isSchema(entries)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = Object.getOwnPropertyDescriptor(entries, key)?.value
    return isSchema(field) ? unknownKeys(field, inner, [...path, key]) : [[...path, key]]
  })
}
const isSchema = (value: unknown): value is object => typeof value === 'object' && value !== null

/** What a client reads of an issue: valibot's own words for a missing field say too little. */
export function detailOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== 'strict_object') return issue.message
  return issue.path === undefined ? 'must be a JSON object' : 'is required'
}
