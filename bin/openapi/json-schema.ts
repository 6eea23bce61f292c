/** A JSON value made anew, with each object in it as `change` returns it, the innermost first. */
function mapObjects(value: unknown, change: (object: object) => object): unknown {
  if (Array.isArray(value)) return value.map((each) => mapObjects(each, change))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, inner]) => [name, mapObjects(inner, change)])
  return change(Object.fromEntries(entries))
}
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** What a nullable schema says of its value, it says of itself: there readers look for it. */
function hoist(object: object): object {
  if (!('anyOf' in object) || !Array.isArray(object.anyOf)) return object
  const [value, none] = object.anyOf
  if (!isObject(value) || !isObject(none) || !('type' in none) || none.type !== 'null')
    return object
  const { description, examples, ...rest } = value as { description?: string; examples?: unknown[] }
  const said = { ...(description ? { description } : {}), ...(examples ? { examples } : {}) }
  return { ...said, ...object, anyOf: [rest, none] }
}

/** To older tools a list of what is required has at least one name. */
function withoutNothing(object: object): object {
  if (!('required' in object) || !Array.isArray(object.required) || object.required.length > 0)
    return object
  const { required: _, ...rest } = object
  return rest
}

/** A schema whose nullable parts have description and examples outside of their `anyOf`. */
export const tidied = (schema: object): object =>
  Object(mapObjects(schema, (each) => withoutNothing(hoist(each))))

function open(object: object): object {
  if (!('additionalProperties' in object) || object.additionalProperties !== false) return object
  const { additionalProperties: _, ...rest } = object
  return rest
}

/** A schema whose objects may have fields that it does not name. */
export const opened = (schema: object): object => Object(mapObjects(schema, open))
