import type { APIGatewayProxyEvent } from 'aws-lambda'
import { methodNotAllowed, notFound } from '../problems/problem.ts'
import { preflightHeaders } from './cors.ts'
import type { HttpResponse } from './http-response.ts'
import { lambdaHandler } from './lambda-handler.ts'
import { routes, unrouted } from './routes.ts'

/**
 * What decides: the resource where the gateway has matched a route's, for behind a domain of one's
 * own the path begins with what is mapped there (`-c basePath=`), and the gateway leaves it in.
 * Else the path as the client sent it: AWS leads no known path to `{proxy+}`, but
 * LocalStack-compatible endpoints do.
 */
const pathOf = ({ resource, path }: APIGatewayProxyEvent): string =>
  routes.some((route) => route.path === resource) ? resource : path

/**
 * The methods the table has for a path; a parameter stands for one segment that is not empty, or
 * for itself.
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
  // A literal path hides the parameter beside it: `search` is not a message's number.
  const literal = found.filter((route) => route.path.split('/').at(-1) === segments.at(-1))
  return (literal.length > 0 ? literal : found).map((route) => route.method)
}

/** The response where no route fits: preflights 204, a known path 405 with Allow, all else 404. */
export function noRoute(method: string, path: string): HttpResponse {
  const allowed = methodsOf(path)
  // What has the method would not be here: it only looks like a route, such as
  // `/applications/a%2fb`.
  if (allowed.length === 0 || allowed.includes(method)) throw notFound('route')
  const allow = [...allowed, 'OPTIONS']
  if (method === 'OPTIONS')
    return { status: 204, headers: { ...preflightHeaders, Allow: allow.join(', ') } }
  throw methodNotAllowed(allow)
}

export const handler = lambdaHandler(unrouted.operation, async (event) =>
  noRoute(event.httpMethod, pathOf(event)),
)
