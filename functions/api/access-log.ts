import type { MiddlewareObj, Request } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { log } from '../clients/log.ts'
import { isToken } from '../kinds/application.ts'
import { Problem } from '../problems/problem.ts'
import { appKey } from '../protocol/model/app-key.ts'

/**
 * Without MySQL's messages: they repeat values of the statement, and those may be bodies. Its codes
 * say enough.
 */
const messageOf = (error: Error): string | undefined =>
  'sqlMessage' in error ? undefined : error.message
const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined)
/** The frames of the stack, without the first line, which repeats the message. */
const framesOf = (error: Error): string[] | undefined =>
  error.stack?.split('\n').filter((line) => line.startsWith('    at '))

/** An error and its chain of causes, five at most, as the log has them. */
function causes(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let at = error; at instanceof Error && chain.length < 5; at = at.cause) {
    chain.push({
      name: at.name,
      code: codeOf(at),
      message: messageOf(at),
      at: framesOf(at)?.slice(0, 8),
    })
  }
  return chain
}

/** What this middleware keeps from the start of a request to its end. */
type Started = { startedMs: number }
type Ended = Request<APIGatewayProxyEvent, APIGatewayProxyResult, Error, Context, Started>

/**
 * Who asked: the internal key of the application, which is the beginning of its token's hash, and
 * the address that the request came from. What cannot be a token names no application.
 */
const askedBy = ({ pathParameters, requestContext }: APIGatewayProxyEvent) => {
  const token = pathParameters?.token
  return {
    ...(token && isToken(token) ? { app: appKey(token) } : {}),
    source: requestContext.identity.sourceIp,
  }
}

/**
 * One line per request, by operation and not by path, for the path holds the token. A 5xx is logged
 * with its causes, a client's error by its status alone.
 */
export function accessLog(
  operation: string,
): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult, Error, Context, Started> {
  const write = ({ event, response, internal }: Ended, more: Record<string, unknown> = {}) =>
    log('request', {
      operation,
      method: event.httpMethod,
      status: response?.statusCode,
      ms: Date.now() - internal.startedMs,
      request_id: event.requestContext.requestId,
      ...askedBy(event),
      ...more,
    })
  return {
    before: ({ internal }) => {
      internal.startedMs = Date.now()
    },
    after: (request) => write(request),
    onError: (request) => {
      const ours = !(request.error instanceof Problem) || request.error.status >= 500
      write(request, ours ? { error: causes(request.error) } : {})
    },
  }
}
