import type { APIGatewayProxyEvent } from 'aws-lambda'
import { methodNotAllowed, notFound } from '../problems/problem.ts'
import { preflightHeaders } from './cors.ts'
import type { HttpResponse } from './http-response.ts'
import { lambdaHandler } from './lambda-handler.ts'
import { requireNoEmptySegment } from './read-path.ts'
import { methodsTaken, routes, unrouted } from './routes.ts'

/**
 * What is compared with the routes. Where the gateway has matched the resource of a route it is
 * that resource: behind a domain of one's own the path begins with what is mapped there
 * (`-c basePath=`), and the gateway leaves that in. Else it is the path as the client sent it. AWS
 * leads no known path to `{proxy+}`, but LocalStack-compatible endpoints do.
 */
const pathOf = ({ resource, path }: APIGatewayProxyEvent): string =>
  routes.some((route) => route.path === resource) ? resource : path

/**
 * The methods that the table has for a path or resource. A parameter such as `{chat}` stands for
 * any one segment that is not empty, and so also for itself.
 */
function methodsOf(path: string): string[] {
  const segments = path.split('/')
  const matches = (pattern: string) => {
    const parts = pattern.split('/')
    return (
      parts.length === segments.length &&
      parts.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]))
    )
  }
  const found = routes.filter((route) => matches(route.path))
  // A literal segment wins over a parameter: `search` is not the number of a message.
  const literal = found.filter((route) => route.path.split('/').at(-1) === segments.at(-1))
  return (literal.length > 0 ? literal : found).flatMap(methodsTaken)
}

/** The response where no route fits: preflights 204, a known path 405 with Allow, all else 404. */
export function noRoute(method: string, path: string): HttpResponse {
  const allowed = methodsOf(path)
  // The gateway leads what a route takes elsewhere. What comes here although a route has its method
  // only looks like that route, such as `/applications/a%2fb`.
  if (allowed.length === 0 || allowed.includes(method)) throw notFound('route')
  const allow = [...allowed, 'OPTIONS']
  if (method === 'OPTIONS')
    return { status: 204, headers: { ...preflightHeaders, Allow: allow.join(', ') } }
  throw methodNotAllowed(allow)
}

export const handler = lambdaHandler(unrouted.operation, async (event) => {
  requireNoEmptySegment(event)
  return noRoute(event.httpMethod, pathOf(event))
})
