import type { APIGatewayProxyEvent } from 'aws-lambda'
import { type Operation, type Route, routes } from '../../functions/api/routes.ts'
import { eventOf } from './event.ts'

interface More {
  query?: Record<string, string[]>
  /** Sent as JSON, or as it is. */
  json?: unknown
  raw?: string
  headers?: Record<string, string>
  /** Which of the operation's methods, in turn. */
  nth?: number
}

/** The event of a request to `operation`, for its function. Throws if no route leads there. */
export function operationEvent(
  operation: Operation,
  pathParameters: Record<string, string>,
  { query, json, raw, headers = {}, nth = 0 }: More = {},
): APIGatewayProxyEvent {
  const served: Route[] = routes.filter((route) => route.operation === operation)
  const route = served[nth % served.length]
  if (!route) throw new Error(`no route of ${operation}`)
  const { path: resource, method } = route
  const path = resource.replaceAll(/\{(\w+)\}/g, (_, name: string) => pathParameters[name] ?? '')
  const body = json === undefined ? raw : JSON.stringify(json)
  return eventOf({
    ...{ method, path, resource, pathParameters },
    headers: { 'Accept-Encoding': 'gzip', ...headers },
    ...(query ? { query } : {}),
    ...(body === undefined ? {} : { body }),
    requestId: crypto.randomUUID(),
  })
}
