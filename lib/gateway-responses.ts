import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'
import { corsHeaders } from '../functions/api/cors.ts'
import { typeReference } from '../functions/api/problem-response.ts'
import { gatewaySecurityHeaders } from '../functions/api/security-headers.ts'
import { type ProblemType, problemTypes, timedOut } from '../functions/problems/problem.ts'
import { basePathOf, type Settings } from './settings.ts'

interface GatewayProblem {
  on: ResponseType
  type: ProblemType
  detail: string
  retryAfter?: number
}

const tooMany = { type: 'too-many-requests', retryAfter: 1 } as const

/**
 * The responses that the gateway makes by itself. Functions make all that they can, among them a
 * 504 before their own time is over. So the gateway's 5xx are of functions that were throttled or
 * killed; that passes, hence 503. The status of a default holds for every type that is not named
 * here, and the body must say the same.
 */
const problems: GatewayProblem[] = [
  {
    on: ResponseType.THROTTLED,
    ...tooMany,
    detail: 'more requests than this API takes in a second',
  },
  { on: ResponseType.QUOTA_EXCEEDED, ...tooMany, detail: 'the quota of this API is used up' },
  {
    on: ResponseType.REQUEST_TOO_LARGE,
    type: 'payload-too-large',
    detail: 'the request is larger than the gateway takes',
  },
  ...[
    ResponseType.MISSING_AUTHENTICATION_TOKEN,
    ResponseType.ACCESS_DENIED,
    ResponseType.EXPIRED_TOKEN,
    ResponseType.INVALID_API_KEY,
    ResponseType.INVALID_SIGNATURE,
    ResponseType.WAF_FILTERED,
  ].map((on) => ({ on, type: 'forbidden' as const, detail: 'the gateway refuses this' })),
  {
    on: ResponseType.DEFAULT_4XX,
    type: 'malformed-request',
    detail: 'the gateway cannot read this request',
  },
  {
    on: ResponseType.INTEGRATION_TIMEOUT,
    type: 'timeout',
    detail: timedOut().message,
    retryAfter: 1,
  },
  ...[ResponseType.INTEGRATION_FAILURE, ResponseType.DEFAULT_5XX].map((on) => ({
    on,
    type: 'unavailable' as const,
    retryAfter: 1,
    detail: 'the request was not answered; what was asked may have happened',
  })),
]

/**
 * Gives the gateway's own errors the body (RFC 9457) and the headers that those of functions have;
 * without the CORS headers a browser would hide an error. The gateway takes them over with a
 * deployment: addGatewayResponse makes the deployment depend on them. Bodies repeat nothing of the
 * request, for the gateway's messages quote the Authorization header.
 */
export function addGatewayResponses(api: RestApi, settings: Settings): void {
  const common = { ...corsHeaders, ...gatewaySecurityHeaders() }
  for (const { on, type, detail, retryAfter } of problems) {
    const { status, title } = problemTypes[type]
    const headers = { ...common, 'Content-Type': 'application/problem+json' }
    const all = retryAfter ? { ...headers, 'Retry-After': String(retryAfter) } : headers
    const body = {
      type: typeReference(type, basePathOf(settings)),
      title,
      status,
      detail,
      request_id: '$context.requestId',
    }
    api.addGatewayResponse(on.responseType, {
      type: on,
      statusCode: String(status),
      responseHeaders: Object.fromEntries(
        Object.entries(all).map(([name, value]) => [name, `'${value}'`]),
      ),
      // The template of this type is used whatever the client accepts; the header above names the
      // true one.
      templates: { 'application/json': JSON.stringify(body) },
    })
  }
}
