import type * as v from 'valibot'
import { messageCreates, messageKind } from '../../functions/kinds/message.ts'
import { type HeaderName, headerRefs, rateHeaders } from './components.ts'
import { type Example, examples } from './examples.ts'
import { type Described, type Documented, operations } from './operations.ts'
import { type ParameterName, parameterRef, pathParameters } from './parameters.ts'
import { nameOf, parameterSchema, refTo } from './schemas.ts'

const hasToken = ({ path }: Documented): boolean => path.includes('{token}')
const isShow = ({ operation }: Documented) =>
  /^show-(application|chat|message|docs|problems|openapi)/.test(operation)

/** What is said of a parameter stands beside its schema, where readers look for it. */
function queryParameters(route: Documented) {
  const entries: Record<string, v.GenericSchema> = route.query.entries
  return Object.entries(entries).map(([name, schema]) => {
    const { description, ...rest } = parameterSchema(schema)
    return { name, in: 'query', required: schema.type !== 'optional', description, schema: rest }
  })
}

const headerParameters = (route: Documented): ParameterName[] => [
  ...(route.operation === 'create-application' ? (['ApplicationIdempotencyKey'] as const) : []),
  ...(route.stage === 'accept' && route.operation !== 'create-application'
    ? (['IdempotencyKey'] as const)
    : []),
  ...(route.stage === 'edit' ? (['IfMatch'] as const) : []),
  ...(isShow(route) ? (['IfNoneMatch'] as const) : []),
]

/** `examples` of a body: those that have this side. */
const shownOf = (shown: [string, Example][], side: 'request' | 'response') => {
  const values = shown.flatMap(([name, example]) =>
    example[side] === undefined ? [] : [[name, { value: example[side] }] as const],
  )
  return values.length === 0 ? {} : { examples: Object.fromEntries(values) }
}

function requestBody(route: Documented, shown: [string, Example][]) {
  if (!('body' in route)) return {}
  // Both forms are taken there, but generators make one type of a body: the batch is shown at its
  // own path.
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

function responseHeaders(route: Documented): HeaderName[] {
  const own: HeaderName[] = []
  if (route.stage === 'accept') own.push('Location', 'IdempotencyReplayed')
  // A batch is many things: it has no ETag.
  if (route.stage === 'accept' && route.operation !== 'create-messages') own.push('ETag')
  if (isShow(route) || (route.stage === 'edit' && route.method !== 'DELETE')) own.push('ETag')
  if (/^(list|search)-/.test(route.operation)) own.push('Link')
  return hasToken(route) ? [...own, ...rateHeaders] : own
}

function contentOf(response: Described['response'], shown: [string, Example][]) {
  if (response === undefined) return {}
  if (typeof response === 'object')
    return {
      content: {
        [response.type]: { schema: { type: response.type.endsWith('json') ? 'object' : 'string' } },
      },
    }
  return {
    content: { 'application/json': { schema: refTo(response), ...shownOf(shown, 'response') } },
  }
}

/** The statuses of the problems that a route can have besides those that all can. */
const problemStatuses = (route: Documented): number[] => [
  400,
  ...('access' in route ? [401] : []),
  403,
  ...(hasToken(route) ? [404] : []),
  ...(route.stage === 'edit' ? [412] : []),
  ...('body' in route ? [413, 415, 422] : []),
  ...[429, 500, 503, 504],
]

function responses(route: Documented, described: Described, shown: [string, Example][]) {
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
    headers: headerRefs(['ETag', ...(hasToken(route) ? rateHeaders : [])]),
  }
  return Object.fromEntries([
    [described.status, good],
    ...(isShow(route) ? [[304, unchanged]] : []),
    ...problems,
  ])
}

/** PATCH and PUT of a thing are one operation of the table, and two of the document. */
const nameIn = ({ method, operation }: Documented): string =>
  method === 'PUT' ? operation.replace('update-', 'replace-') : operation

/** A route as an operation of the document. */
export function operationOf(route: Documented) {
  const described = operations[route.operation]
  const shown = Object.entries(examples[`${route.method} ${route.operation}`] ?? {})
  const isPut = route.method === 'PUT'
  return {
    operationId: nameIn(route),
    tags: [described.tag],
    summary: isPut ? described.summary.replace('Change', 'Replace') : described.summary,
    description: (isPut && described.replaced) || described.description,
    security: 'access' in route ? [{ operatorKey: [] }, {}] : [],
    parameters: [
      ...pathParameters(route.path),
      ...queryParameters(route),
      ...headerParameters(route).map(parameterRef),
    ],
    ...requestBody(route, shown),
    responses: responses(route, described, shown),
  }
}
