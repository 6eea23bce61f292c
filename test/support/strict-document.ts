import { openapiText } from '../../bin/openapi/openapi.ts'

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (!isObject(value)) return value
  const inner = Object.entries(value).map(([name, each]) => [name, closed(each)])
  const object: object = Object.fromEntries(inner)
  const isOpen = 'properties' in object && 'type' in object && !('additionalProperties' in object)
  return isOpen ? { ...object, additionalProperties: false } : object
}

/**
 * The document with schemas that allow no field beside those that they name. To clients, responses
 * are open to new fields; to our tests, a field that the document does not name is a mistake.
 */
export const strictDocument = (): unknown => closed(JSON.parse(openapiText()))
