import type { MiddlewareObj, Request } from '@middy/core'
import httpSecurityHeaders from '@middy/http-security-headers'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'

/**
 * What OWASP's REST security cheat sheet asks of an API: no guessed media types, no frames, no
 * referrer (the path holds the token), TLS for a year. HSTS speaks of this very host alone: others
 * of the same domain are not ours. The middleware's other headers are about pages that this API
 * does not have, and some would break the reference (require-corp, trusted types).
 */
const options: Parameters<typeof httpSecurityHeaders>[0] = {
  contentTypeOptions: { action: 'nosniff' },
  referrerPolicy: { policy: 'no-referrer' },
  frameOptions: { action: 'deny' },
  strictTransportSecurity: {
    maxAge: 365 * 24 * 60 * 60,
    includeSubDomains: false,
    preload: false,
  },
  poweredBy: true,
  contentSecurityPolicy: false,
  crossOriginEmbedderPolicy: false,
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: false,
  dnsPrefetchControl: false,
  downloadOptions: false,
  originAgentCluster: false,
  permissionsPolicy: false,
  permittedCrossDomainPolicies: false,
  reportingEndpoints: false,
  reportTo: false,
  xssProtection: false,
}

/** JSON loads nothing. A page brings its own policy (functions/docs/static-file.ts). */
const contentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'"

/**
 * Whatever is about an application is its holder's alone, and changes: nobody keeps it. What has an
 * ETag says otherwise (etags.ts), and so do the pages (functions/docs/static-file.ts).
 */
const cacheControl = { 'Cache-Control': 'private, no-store' }

type Middleware = MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult>

/**
 * Not by the middleware above: it writes over the policy that a page has, and it has no way to
 * leave `upgrade-insecure-requests` out, by which a page from `npm start` would ask for its script
 * over TLS.
 */
const addOwn: NonNullable<Middleware['after']> = ({ response }) => {
  if (!response) return
  const own = { 'Content-Security-Policy': contentSecurityPolicy, ...cacheControl }
  response.headers = { ...own, ...response.headers }
}

/** Adds the security headers to every response, errors included. */
export const securityHeaders = (): Middleware[] => [
  httpSecurityHeaders(options),
  { after: addOwn, onError: addOwn },
]

/**
 * The same headers for the responses that the gateway makes by itself. Without the policy: the
 * gateway takes a value within single quotes, and the policy has some of its own.
 */
export function gatewaySecurityHeaders(): Record<string, string> {
  const headers: Record<string, string> = { ...cacheControl }
  // The middleware looks at nothing but the response.
  const request = { response: { statusCode: 200, headers, body: '' } } as Request
  httpSecurityHeaders(options).after?.(request)
  return headers
}
