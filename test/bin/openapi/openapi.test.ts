import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { documentedRoutes } from '../../../bin/openapi/document.ts'
import { examples } from '../../../bin/openapi/examples.ts'
import { openapiText, outdated } from '../../../bin/openapi/openapi.ts'
import { areTypesOf } from '../../../bin/openapi/types.ts'
import { routes } from '../../../functions/api/routes.ts'
import { problemTypes } from '../../../functions/problems/problem.ts'
import { strictDocument } from '../../support/strict-document.ts'

interface Media {
  schema: { $ref?: string; oneOf?: { $ref: string }[] }
  examples?: Record<string, { value: unknown }>
}
interface Response {
  $ref?: string
  headers?: Record<string, { $ref: string }>
  content?: Record<string, Media>
}
interface Operation {
  operationId: string
  parameters: { $ref?: string; name?: string; in?: string }[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, Response>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Record<string, unknown>>
    responses: Record<string, Response>
    parameters: Record<string, { name: string }>
  }
}
const document: Document = JSON.parse(openapiText())
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    operation,
  })),
)

const ajv = new Ajv2020({ strict: false, allErrors: true })
beforeAll(() => {
  formats.default(ajv)
  ajv.addSchema({ $id: 'document', ...Object(strictDocument()) })
})
/** Why a value is not what a part of the document says; undefined if it is. */
function errorsOf(schema: Media['schema'], value: unknown): string {
  const resolved = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'))
  ajv.validate(resolved, value)
  return ajv.errors ? ajv.errorsText() : ''
}

describe('docs/openapi.json', () => {
  test('is what the routes and schemas make, and so are the types of the example client', () => {
    expect(outdated(openapiText()), 'npm run openapi writes them').toEqual([])
  })
  test('that changed, and types that were edited, are noticed', () => {
    const types = readFileSync('docs/examples/api.ts', 'utf8')
    expect(areTypesOf(openapiText(), types)).toBe(true)
    expect(areTypesOf(`${openapiText()} `, types)).toBe(false)
    expect(areTypesOf(openapiText(), types.replace('name: string', 'name: number'))).toBe(false)
    expect(areTypesOf(openapiText(), '')).toBe(false)
  })
  test('is valid OpenAPI 3.1', async () => {
    expect(await new Validator().validate(JSON.parse(openapiText()))).toMatchObject({ valid: true })
  })
  test('has every route of the API and no other', () => {
    const documented = operations.map(({ method, path }) => `${method} ${path}`)
    expect(documented.toSorted()).toEqual(
      documentedRoutes.map(({ method, path }) => `${method} ${path}`).toSorted(),
    )
  })
})

describe.each(operations)('$method $path', ({ path, method, operation }) => {
  const names = operation.parameters.map(({ $ref, name }) =>
    $ref ? document.components.parameters[$ref.split('/').at(-1) ?? '']?.name : name,
  )
  test('names the parameters of its path and of its query', () => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const route = routes.find((each) => each.method === method && each.path === path)
    expect(names).toEqual(
      expect.arrayContaining([...inPath, ...Object.keys(route?.query.entries ?? {})]),
    )
  })
  test('has the headers of its method', () => {
    if (method === 'POST') expect(names).toContain('Idempotency-Key')
    if (['PATCH', 'PUT', 'DELETE'].includes(method)) expect(names).toContain('If-Match')
    const good = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1]
    if (method === 'POST') expect(Object.keys(good?.headers ?? {})).toContain('Location')
    if (/\/(chats|messages|search)$/.test(path) && method === 'GET')
      expect(Object.keys(good?.headers ?? {})).toContain('Link')
  })
  test('has its problems as problem+json', () => {
    for (const [status, response] of Object.entries(operation.responses).filter(
      ([each]) => each >= '400',
    ))
      expect(response.$ref, status).toBe(`#/components/responses/Problem${status}`)
  })
  test('has an example for whatever it takes, and all its examples are what its schemas say', () => {
    const media = [
      operation.requestBody?.content['application/json'],
      ...Object.values(operation.responses).map(({ content }) => content?.['application/json']),
      ...Object.values(document.components.responses).map(
        ({ content }) => content?.['application/problem+json'],
      ),
    ].filter((each) => each !== undefined)
    for (const { schema, examples: shown = {} } of media)
      for (const [name, { value }] of Object.entries(shown))
        expect(errorsOf(schema, value), name).toBe('')
    if (operation.requestBody)
      expect(
        Object.keys(operation.requestBody.content['application/json']?.examples ?? {}),
      ).not.toEqual([])
  })
})

describe('the bounds that the code checks by itself', () => {
  const message = { $ref: '#/components/schemas/MessageCreate' }
  test.each([
    ['a body too long', { body: 'x'.repeat(16_385) }],
    ['a blank body', { body: ' \n' }],
    ['U+0000', { body: 'a\u0000b' }],
    ['a sender too long', { body: 'x', sender: 'x'.repeat(256) }],
    ['metadata that is no object', { body: 'x', metadata: [] }],
    ['an unknown field', { body: 'x', number: 1 }],
  ])('are in the schemas: %s', (_, value) => {
    expect(errorsOf(message, value)).not.toBe('')
  })
  test('refuse nothing that is right', () => {
    expect(
      errorsOf(message, {
        body: '😀'.repeat(255),
        sender: '😀'.repeat(255),
        metadata: { a: [null] },
      }),
    ).toBe('')
  })
})

test('every problem has a response in the document, and every example a route', () => {
  const statuses = new Set(Object.values(problemTypes).map(({ status }) => `Problem${status}`))
  expect(Object.keys(document.components.responses).toSorted()).toEqual([...statuses].toSorted())
  const known = routes.map(({ method, operation }) => `${method} ${operation}`)
  expect(known).toEqual(expect.arrayContaining(Object.keys(examples)))
})
