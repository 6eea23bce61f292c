import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect } from 'vitest'
import type { Route } from '../../functions/api/routes.ts'
import type { Answer } from './http.ts'
import { strictDocument } from './strict-document.ts'

interface Response {
  headers?: Record<string, { $ref: string }>
  content?: Record<string, { schema: object }>
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response | { $ref: string }> }>>
  components: { headers: Record<string, { schema: object }>; responses: Record<string, Response> }
}
const document = strictDocument() as Document
const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema({ $id: 'document', ...document })

const lastOf = (reference: string): string => reference.split('/').at(-1) ?? ''
const resolved = (response: Response | { $ref: string } | undefined): Response | undefined =>
  response && '$ref' in response ? document.components.responses[lastOf(response.$ref)] : response

/** The document's response of a route with this status; undefined if it has none. */
export const responseOf = ({ path, method }: Route, status: number): Response | undefined =>
  resolved(document.paths[path]?.[method.toLowerCase()]?.responses[status])

/** Every header that the document names anywhere, in lower case. */
const known: string[] = [
  ...new Set(
    Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ responses }) => Object.values(responses))
      .flatMap((response) => Object.keys(resolved(response)?.headers ?? {}))
      .map((name) => name.toLowerCase()),
  ),
]

function valid(schema: object, value: unknown, what: string): void {
  ajv.validate(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')), value)
  expect(ajv.errors ? `${what}: ${ajv.errorsText()}` : '').toBe('')
}

/**
 * Fails on a header that the document knows but does not name for this response, and on a missing
 * Location, ETag or Link that it requires.
 */
function checkHeaders(response: Response, answer: Answer, what: string): void {
  const named = new Map(
    Object.entries(response.headers ?? {}).map(([name, to]) => [name.toLowerCase(), to]),
  )
  for (const name of known) {
    const value = answer.headers.get(name)
    if (value === null) continue
    expect([...named.keys()], `${what} names ${name}`).toContain(name)
    const schema = document.components.headers[lastOf(named.get(name)?.$ref ?? '')]?.schema ?? {}
    // It comes as text; to the schema, Retry-After is an integer.
    valid(
      schema,
      'type' in schema && schema.type === 'integer' ? Number(value) : value,
      `${what} ${name}`,
    )
  }
  const has = (name: string) => answer.headers.has(name)
  if (answer.status === 201) expect(has('location'), `${what} has Location`).toBe(true)
  if (named.has('etag')) expect(has('etag'), `${what} has ETag`).toBe(true)
  if (named.has('link'))
    expect(has('link'), `${what} has Link`).toBe(Object(answer.body).page.next !== null)
  if (named.has('retry-after')) expect(has('retry-after'), `${what} has Retry-After`).toBe(true)
}

/**
 * Fails unless the document has this response of the route: its status, its headers, its media type
 * and its body.
 */
export function checkDocumented(route: Route, answer: Answer): void {
  const what = `${route.method} ${route.path} ${answer.status}`
  const response = responseOf(route, answer.status)
  expect(response, what).toBeDefined()
  if (!response) return
  checkHeaders(response, answer, what)
  if (!response.content) {
    expect(answer.body, what).toBeUndefined()
    return
  }
  const [type = ''] = (answer.headers.get('Content-Type') ?? '').split(';')
  const media = response.content[type]
  expect(media, `${what} ${type}`).toBeDefined()
  if (media) valid(media.schema, answer.body, what)
}

/** The names in components.headers, and those that responses use: they must be the same. */
export const headersKnown = { components: Object.keys(document.components.headers), named: known }
