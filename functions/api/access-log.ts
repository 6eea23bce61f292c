import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { log } from '../clients/log.ts'
import { Problem } from '../problems/problem.ts'

/**
 * MySQL's messages repeat values of the statement, and those may be bodies: its codes say enough.
 */
const messageOf = (error: Error): string | undefined =>
  'sqlMessage' in error ? undefined : error.message
const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined)
/** Where it happened, without the first line, which is the message again. */
const framesOf = (error: Error): string[] | undefined =>
  error.stack?.split('\n').filter((line) => line.startsWith('    at '))

/** The chain of causes: names, codes and messages of our own and of the clients. */
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

/**
 * One line per request, by operation and route: the path holds the token. Errors of ours are logged
 * with their causes, those of clients by their status alone.
 */
export function accessLog(
  operation: string,
): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  let started = 0
  const line = (
    event: APIGatewayProxyEvent,
    status: number | undefined,
    more: Record<string, unknown> = {},
  ) =>
    log('request', {
      operation,
      method: event.httpMethod,
      status,
      ms: Date.now() - started,
      request_id: event.requestContext.requestId,
      ...more,
    })
  return {
    before: () => {
      started = Date.now()
    },
    after: (request) => line(request.event, request.response?.statusCode),
    onError: (request) => {
      const ours = !(request.error instanceof Problem) || request.error.status >= 500
      line(
        request.event,
        request.response?.statusCode,
        ours ? { error: causes(request.error) } : {},
      )
    },
  }
}
