import middy, { type MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { timedOut } from '../problems/problem.ts'
import { accessLog } from './access-log.ts'
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
 * A run that is not done `marginMs` before Lambda would kill the function is answered with 504, and
 * `signal` is aborted. It cannot be stopped: Lambda freezes it with the instance, and it goes on
 * during the next invocation there, however much later. What it must not share with that one it
 * gives up at the abort (mysql-endpoint.ts), and with it the table where it writes: a create that
 * goes on after a quarter of an hour would reserve for a request that the sweep has given up
 * (clients/dynamodb.ts, tableUntil). What had been sent before may still come, which the protocol
 * bears as it bears any late call.
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
    .use([accessLog(operation), cors(), ...securityHeaders(), ...more, problems()])
    .handler(async (event, _context, { signal }) => toResult(await run(event, signal)))
