import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'

/**
 * Any origin may call, without credentials: the token in the path is the capability, and no cookie
 * is ever read.
 */
export const corsHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Location, Link, ETag, Retry-After, Idempotency-Replayed, Allow, RateLimit, RateLimit-Policy',
}
export const preflightHeaders = {
  ...corsHeaders,
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  // Any header: tracing adds some to every call of a page. `*` does not stand for Authorization,
  // and browsers from before 2020 take it for a name.
  'Access-Control-Allow-Headers':
    '*, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match',
  'Access-Control-Max-Age': '7200',
}

/**
 * Adds the CORS headers to every response. Errors have them too, for without them a browser hides
 * the error from its page.
 */
export function cors(): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  const add = (response: APIGatewayProxyResult | null | undefined) => {
    if (response) response.headers = { ...corsHeaders, ...response.headers }
  }
  return { after: (request) => add(request.response), onError: (request) => add(request.response) }
}
