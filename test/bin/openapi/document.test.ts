import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openapiText } from '../../../bin/openapi/openapi.ts'

type Json = Record<string, unknown>
interface Parameter {
  name: string
  in: string
  required: boolean
  description?: string
  example?: unknown
  examples?: unknown
  schema: Json
}
interface Operation {
  operationId: string
  summary: string
  description: string
  tags: string[]
  security?: unknown[]
  parameters: (Parameter | { $ref: string })[]
}
interface Document {
  info: { version: string; description: string }
  externalDocs: { url: string; description: string }
  servers: { url: string; variables?: Record<string, { default: string; description: string }> }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, Json>>
}
const document: Document = JSON.parse(openapiText())
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
)

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null
/** Every object of the document with where it stands. Examples are values, not parts of it. */
function objectsOf(value: unknown, at = '#'): { at: string; object: Json }[] {
  if (!isObject(value)) return []
  const inner = Object.entries(value)
    .filter(([name]) => !(['examples', 'example'].includes(name) && !at.endsWith('/properties')))
    .flatMap(([name, each]) => objectsOf(each, `${at}/${name}`))
  return Array.isArray(value) ? inner : [{ at, object: value }, ...inner]
}
const all = objectsOf(document)
const where = (wrong: (object: Json, at: string) => boolean): string[] =>
  all.filter(({ object, at }) => wrong(object, at)).map(({ at }) => at)

const resolved = (value: Json): Json => {
  if (typeof value.$ref !== 'string') return value
  const [, ...names] = value.$ref.split('/')
  return names.reduce<Json>((at, name) => Object(at[name]), document as unknown as Json)
}
const parameters = [
  ...operations.flatMap((operation) => operation.parameters),
  ...Object.values(document.components.parameters ?? {}),
].map((each) => resolved(each as Json) as unknown as Parameter)

describe('what generators stumble over is not in the document', () => {
  test('a schema that contains itself', () => {
    const schemas = document.components.schemas ?? {}
    const namesIn = (value: unknown): string[] =>
      [...JSON.stringify(value).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
        ([, name = '']) => name,
      )
    for (const start of Object.keys(schemas)) {
      const reached = new Set<string>()
      for (const waiting = namesIn(schemas[start]); waiting.length > 0; ) {
        const name = waiting.pop() ?? ''
        if (!reached.has(name)) waiting.push(...namesIn(schemas[name]))
        reached.add(name)
      }
      expect(reached, start).not.toContain(start)
    }
  })
  test('the type null alone: it stands in an anyOf, beside what else a value may be', () => {
    const lone = where(({ type }, at) => type === 'null' && !/\/anyOf\/1$/.test(at))
    expect(lone).toEqual([])
    for (const { at, object } of all.filter(({ object }) => Array.isArray(object.anyOf)))
      expect(object.anyOf, at).toEqual([expect.anything(), { type: 'null' }])
  })
  test('a reference that may be null: the null is in the component', () => {
    const beside = where(({ anyOf }) => Array.isArray(anyOf) && '$ref' in Object(anyOf[0]))
    expect(beside).toEqual([])
  })
  test('a list of types, or a body of several shapes', () => {
    expect(where(({ type }) => Array.isArray(type))).toEqual([])
    expect(where((object) => 'oneOf' in object || 'allOf' in object)).toEqual([])
  })
  test('an integer without a format: int64 where it may be greater than 2^31', () => {
    const small = ({ maximum }: Json) => Number(maximum) < 2 ** 31
    const isInteger = ({ type }: Json) => type === 'integer'
    expect(where((each) => isInteger(each) && !/^int(32|64)$/.test(String(each.format)))).toEqual(
      [],
    )
    expect(where((each) => isInteger(each) && small(each) && each.format !== 'int32')).toEqual([])
    for (const name of ['number', 'chats_count', 'messages_count', 'total', 'start', 'end'])
      expect(
        all
          .filter(({ at }) => at.endsWith(`/properties/${name}`))
          .map(({ object }) => object.format),
      ).toEqual(expect.arrayContaining(['int64']))
    for (const { name, schema } of parameters.filter(({ schema }) => schema.type === 'integer'))
      expect(schema.format, name).toBe(name === 'limit' ? 'int32' : 'int64')
  })
  test('a pattern that begins with a slash', () => {
    expect(where(({ pattern }) => String(pattern).startsWith('/'))).toEqual([])
  })
  test('two components with one name but for case', () => {
    const { securitySchemes: _, ...others } = document.components
    const names = Object.values(others).flatMap((each) =>
      Object.keys(each).map((name) => name.toLowerCase()),
    )
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
  })
  test('an object without a name within a response, but for what health has', () => {
    const inner = where(
      (object, at) => 'properties' in object && !/^#\/components\/schemas\/\w+$/.test(at),
    )
    expect(inner).toEqual(['#/components/schemas/Health/properties/dependencies'])
    expect(Object.keys(document.components.schemas ?? {})).toEqual(
      expect.arrayContaining(
        'Status PageLinks Metadata Highlight FieldError DependencyState'.split(' '),
      ),
    )
  })
  test('a response that is closed to new fields, or a request that is open', () => {
    const schemas = Object.entries(document.components.schemas ?? {})
    const requests = schemas.filter(([name]) => /(Create|Update|Batch)$/.test(name))
    expect(requests).toHaveLength(7)
    for (const [name, schema] of requests) expect(schema.additionalProperties, name).toBe(false)
    for (const [name, schema] of schemas.filter((each) => !requests.includes(each)))
      expect(JSON.stringify(schema), name).not.toContain('"additionalProperties":false')
  })
})

describe('what readers look for is in the document', () => {
  test('a description of every property, and an example of every value', () => {
    const properties = all.flatMap(({ at, object }) =>
      at.endsWith('/properties')
        ? Object.entries(object).map(([name, schema]) => ({ at: `${at}/${name}`, schema }))
        : [],
    )
    expect(properties.length).toBeGreaterThan(60)
    const nullable = (schema: Json): Json =>
      Array.isArray(schema.anyOf) ? { ...resolved(schema.anyOf[0]), ...schema } : resolved(schema)
    for (const { at, schema } of properties) {
      const said = nullable(schema as Json)
      expect(said.description, at).toMatch(/\S \S/)
      // What holds others has theirs.
      if (!('properties' in said) && said.type !== 'array')
        expect(said.examples, at).toEqual([expect.anything()])
    }
  })
  test('a description of every schema and every operation', () => {
    for (const [name, schema] of Object.entries(document.components.schemas ?? {}))
      expect(schema.description, name).toMatch(/\.$/)
    for (const { operationId, description } of operations)
      expect(description, operationId).toMatch(/\.$/)
  })
  test('a description and an example of every parameter, which no viewer fills in where it may be absent', () => {
    for (const { name, required, description, schema, ...more } of parameters) {
      expect(description, name).toMatch(/\.$/)
      const shown = 'example' in more ? [more.example] : schema.examples
      expect(shown, name).toEqual([expect.anything()])
      if (!required || ['token', 'q'].includes(name))
        expect(more, name).not.toHaveProperty('example')
      expect(more, name).not.toHaveProperty('examples')
    }
  })
  test('an example of every header and of every type of problem', () => {
    for (const [name, header] of Object.entries(document.components.headers ?? {}))
      expect(header, name).toMatchObject({
        description: expect.anything(),
        example: expect.anything(),
      })
    const shown = JSON.stringify(document.components.responses)
    for (const type of ['not-found', 'invalid-field', 'idempotency-key-reused', 'timeout'])
      expect(shown).toContain(`"type":"/docs/problems#${type}"`)
  })
  test('who may call an operation, said of each', () => {
    const secured = operations.filter(({ security }) => security?.length !== 0)
    expect(secured.map(({ operationId, security }) => [operationId, security])).toEqual([
      ['create-application', [{ operatorKey: [] }, {}]],
      ['list-applications', [{ operatorKey: [] }, {}]],
    ])
  })
  test('a name of each operation by what it does', () => {
    const names = operations.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(
      expect.arrayContaining([
        ...['create-message', 'create-messages', 'show-health'],
        ...['application', 'chat', 'message'].flatMap((kind) => [
          `update-${kind}`,
          `replace-${kind}`,
        ]),
      ]),
    )
    for (const name of names)
      expect(name).toMatch(/^(create|list|show|update|replace|delete|search)-[a-z-]+$/)
  })
  test('the local stack, then AWS; the version of the package; the tags', () => {
    const [local, aws] = document.servers
    expect(local?.url).toBe('http://localhost:3000')
    const filled = Object.entries(aws?.variables ?? {}).reduce(
      (url, [name, variable]) => url.replace(`{${name}}`, variable.default),
      aws?.url ?? '',
    )
    expect(filled).toMatch(/^https:\/\/\w+\.execute-api\.[a-z0-9-]+\.amazonaws\.com\/v1$/)
    expect(document.info.version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
    expect(document.externalDocs.url).toMatch(/^http/)
    const described = document.tags.filter(({ description }) => /\.$/.test(description))
    expect(described.map(({ name }) => name)).toEqual([
      ...new Set(operations.flatMap(({ tags }) => tags)),
    ])
  })
  test('no file that a page is made of', () => {
    expect(Object.keys(document.paths).filter((path) => path.includes('viewer'))).toEqual([])
  })
})
