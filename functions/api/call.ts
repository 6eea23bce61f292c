import type { APIGatewayProxyEvent } from 'aws-lambda'
import type * as v from 'valibot'
import { malformed, methodNotAllowed } from '../problems/problem.ts'
import { checkIfMatch } from './etags.ts'
import { bearerOf, requireOperator } from './operator-key.ts'
import { checkBody, readJson, requirePlain } from './read-body.ts'
import { readHeaders } from './read-headers.ts'
import { type Path, readPath, requireNoEmptySegment } from './read-path.ts'
import { readQuery } from './read-query.ts'
import { costOf } from './request-cost.ts'
import { methodsTaken, type Operation, type Route, routes } from './routes.ts'

type RouteOf<O extends Operation> = Extract<Route, { operation: O }>
type BodyOf<R> = R extends { body: infer S extends v.GenericSchema } ? v.InferOutput<S> : undefined

/** One request, parsed and checked by the route's schemas. */
export interface Call<O extends Operation> {
  method: Route['method']
  path: Path
  query: v.InferOutput<RouteOf<O>['query']>
  /**
   * Checks the body and returns it. A function, because the order of refusals is fixed: what does
   * not exist is 404, before a payload is too large (413) or invalid (422). So the operation calls
   * it when it knows that the parent exists.
   */
  body: () => BodyOf<RouteOf<O>>
  /** Names in lower case. */
  headers: Record<string, string>
  requestId: string
}

/** HEAD is GET; HTTP leaves the body out of its response. */
const find = <O extends Operation>(operation: O, method: string): RouteOf<O> | undefined =>
  routes.find(
    (route): route is RouteOf<O> =>
      route.operation === operation && route.method === (method === 'HEAD' ? 'GET' : method),
  )

/**
 * Reads the event by the operation's route. `cost` is how many requests of its application's rate
 * it counts as (request-cost.ts). Throws the Problem of what the client did wrong.
 */
export function readCall<O extends Operation>(
  operation: O,
  event: APIGatewayProxyEvent,
): Call<O> & { cost: number } {
  requireNoEmptySegment(event)
  const route = find(operation, event.httpMethod)
  if (!route)
    throw methodNotAllowed(routes.filter((r) => r.operation === operation).flatMap(methodsTaken))
  const headers = readHeaders(event)
  if ('access' in route) {
    const authorization = bearerOf(headers.authorization)
    if (authorization !== undefined) headers.authorization = authorization
    requireOperator(authorization)
  }
  if (route.stage === 'edit') checkIfMatch(headers)
  if ('body' in route) requirePlain(headers['content-encoding'])
  const body = 'body' in route ? readJson(event) : { value: undefined, bytes: 0, text: '' }
  // A chat has no required field, so its create may have no body. The clients that
  // openapi-generator makes for Java and Go send null in its place.
  const mayBeAbsent = operation === 'create-chat'
  if ('body' in route && body.bytes === 0 && !mayBeAbsent)
    throw malformed('the request has no body')
  if (mayBeAbsent && (body.bytes === 0 || body.value === null)) body.value = {}
  // The route was found by this very operation, so the outputs of its schemas are the operation's
  // query and body. The compiler does not follow a type through the table.
  return {
    method: route.method,
    path: readPath(event),
    query: readQuery(route.query, event) as v.InferOutput<RouteOf<O>['query']>,
    body: () => ('body' in route ? checkBody(route.body, body) : undefined) as BodyOf<RouteOf<O>>,
    headers,
    requestId: event.requestContext.requestId,
    cost: costOf(operation, body.value),
  }
}
