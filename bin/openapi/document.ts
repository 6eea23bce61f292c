import type * as v from 'valibot'
import { type Route, routes } from '../../functions/api/routes.ts'
import { messageCreates, messageKind } from '../../functions/kinds/message.ts'
import { components, type HeaderName, headerRefs, rateHeaders } from './components.ts'
import { type Example, examples } from './examples.ts'
import { type Described, operations } from './operations.ts'
import { nameOf, parameterSchema, refTo } from './schemas.ts'

const parameterRef = (name: string) => ({ $ref: `#/components/parameters/${name}` })
const inPath = (route: Route): string[] =>
  [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
const isShow = ({ operation }: Route) =>
  /^show-(application|chat|message|docs|problems|openapi)/.test(operation)

function queryParameters(route: Route) {
  const entries: Record<string, v.GenericSchema> = route.query.entries
  const shown = Object.values(examples[`${route.method} ${route.operation}`] ?? {})
  return Object.entries(entries).map(([name, schema]) => {
    const example = shown.find(({ query }) => query && name in query)?.query?.[name]
    return {
      name,
      in: 'query',
      required: schema.type !== 'optional',
      schema: parameterSchema(schema),
      ...(example === undefined ? {} : { example }),
    }
  })
}

const headerParameters = (route: Route): string[] => [
  ...(route.operation === 'create-application' ? ['IdempotencyKeyOfApplication'] : []),
  ...(route.stage === 'accept' && route.operation !== 'create-application'
    ? ['IdempotencyKey']
    : []),
  ...(route.stage === 'edit' ? ['IfMatch'] : []),
  ...(isShow(route) ? ['IfNoneMatch'] : []),
]

/** Those of the examples that have this side, as `examples` of a body. */
const shownOf = (shown: [string, Example][], side: 'request' | 'response') => {
  const values = shown.flatMap(([name, example]) =>
    example[side] === undefined ? [] : [[name, { value: example[side] }] as const],
  )
  return values.length === 0 ? {} : { examples: Object.fromEntries(values) }
}

function requestBody(route: Route, shown: [string, Example][]) {
  if (!('body' in route)) return {}
  // This path takes both forms, but generators make one type of a body. So the batch is shown at a
  // path of its own.
  const body = route.body === messageCreates ? messageKind.create : route.body
  return {
    requestBody: {
      required: route.operation !== 'create-chat',
      content: {
        'application/json': { schema: refTo(nameOf(body)), ...shownOf(shown, 'request') },
      },
    },
  }
}

function responseHeaders(route: Route): HeaderName[] {
  const own: HeaderName[] = []
  if (route.stage === 'accept') own.push('Location', 'IdempotencyReplayed')
  // A batch is many things, so it has no ETag.
  if (route.stage === 'accept' && route.operation !== 'create-messages') own.push('ETag')
  if (isShow(route) || (route.stage === 'edit' && route.method !== 'DELETE')) own.push('ETag')
  if (/^(list|search)-/.test(route.operation)) own.push('Link')
  return inPath(route).includes('token') ? [...own, 'RateLimit', 'RateLimitPolicy'] : own
}

function contentOf(response: Described['response'], shown: [string, Example][]) {
  if (response === undefined) return {}
  if (typeof response === 'object' && 'type' in response)
    return {
      content: {
        [response.type]: { schema: { type: response.type.endsWith('json') ? 'object' : 'string' } },
      },
    }
  return {
    content: { 'application/json': { schema: refTo(response), ...shownOf(shown, 'response') } },
  }
}

/** The statuses of the problems that a route can respond with, besides those that all can. */
function problemStatuses(route: Route): number[] {
  const hasToken = inPath(route).includes('token')
  return [
    400,
    ...('access' in route ? [401] : []),
    ...(hasToken ? [404] : []),
    ...(route.stage === 'edit' ? [412] : []),
    ...('body' in route ? [413, 422] : []),
    ...[429, 500, 503, 504],
  ]
}

function responses(route: Route, described: Described, shown: [string, Example][]) {
  const problems = problemStatuses(route).map((status) => [
    status,
    { $ref: `#/components/responses/Problem${status}` },
  ])
  const good = {
    description: { 200: 'OK', 201: 'Created', 204: 'Deleted' }[described.status],
    headers: headerRefs(responseHeaders(route)),
    ...contentOf(described.response, shown),
  }
  const unchanged = {
    description: 'Not modified',
    headers: headerRefs(['ETag', ...(route.path.includes('{token}') ? rateHeaders : [])]),
  }
  return Object.fromEntries([
    [described.status, good],
    ...(isShow(route) ? [[304, unchanged]] : []),
    ...problems,
  ])
}

function operationOf(route: Route) {
  const described = operations[route.operation]
  const { tag, summary, description } = described
  const shown = Object.entries(examples[`${route.method} ${route.operation}`] ?? {})
  const several = routes.filter(({ operation }) => operation === route.operation).length > 1
  return {
    operationId: several ? `${route.operation}-${route.method.toLowerCase()}` : route.operation,
    tags: [tag],
    summary: route.method === 'PUT' ? summary.replace('Change', 'Replace') : summary,
    ...(description ? { description } : {}),
    ...('access' in route ? { security: [{ operatorKey: [] }, {}] } : {}),
    parameters: [
      ...inPath(route).map(parameterRef),
      ...queryParameters(route),
      ...headerParameters(route).map(parameterRef),
    ],
    ...requestBody(route, shown),
    responses: responses(route, described, shown),
  }
}

/**
 * The OpenAPI 3.1 document of the route table: the same schemas that validate, and no route more or
 * less.
 */
export function openapiDocument() {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    paths[route.path] ??= {}
    Object.assign(paths[route.path] ?? {}, { [route.method.toLowerCase()]: operationOf(route) })
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Chat API',
      version: '1',
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'Applications have chats, chats have messages; all are numbered from 1 within their parent. A create answers at once with its number, and is there to be read straight after. The token in the path is the capability. Errors are problem+json; limits are at `/limits`. Bounds in this document are those of a deploy that sets none; what holds here is what `/limits` says.',
    },
    servers: [{ url: './', description: 'The API that this document comes from' }],
    tags: ['Applications', 'Chats', 'Messages', 'System'].map((name) => ({ name })),
    paths,
    components: components(),
  }
}
