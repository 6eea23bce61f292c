import middy, { type MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { timedOut } from '../problems/problem.ts'
import { accessLog } from './access-log.ts'
import { compression } from './compression.ts'
import { cors } from './cors.ts'
import { problems, toResult } from './gateway-result.ts'
import type { HttpResponse } from './http-response.ts'
import { securityHeaders } from './security-headers.ts'

export type Middleware = MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult>

/**
 * Kept back at the end of the function's time for a response of our own. Making one takes some
 * milliseconds; a second also covers an event loop that is busy with a large page.
 */
const marginMs = 1_000

/**
 * What every function behind the gateway is made of: `run` returns the response to an event, or
 * throws what becomes a problem. `operation` is its name in the log. `more` sees the request last
 * and its response, errors included, first.
 *
 * A run that is not done `marginMs` before Lambda would kill the function gets a 504 in its place,
 * and `signal` is aborted. The run cannot be stopped: Lambda freezes it with the instance, and it
 * goes on during the next invocation there, however much later. At the abort it gives up what it
 * must not share with that invocation: MySQL's connection (mysql-endpoint.ts), and the table where
 * it writes. A create that went on after a quarter of an hour would reserve for a request that the
 * sweep has given up (clients/dynamodb.ts, tableUntil). What was sent before may still come, which
 * the protocol bears as it bears any late call.
 */
export const lambdaHandler = (
  operation: string,
  run: (event: APIGatewayProxyEvent, signal: AbortSignal) => Promise<HttpResponse>,
  more: Middleware[] = [],
) =>
  middy<APIGatewayProxyEvent, APIGatewayProxyResult>({
    timeoutEarlyInMillis: marginMs,
    timeoutEarlyResponse: () => {
      throw timedOut()
    },
  })
    .use([accessLog(operation), compression(), cors(), ...securityHeaders(), ...more, problems()])
    .handler(async (event, _context, { signal }) => toResult(await run(event, signal)))
