import middy, { type MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { accessLog } from './access-log.ts'
import { type Call, readCall } from './call.ts'
import { cors } from './cors.ts'
import { problems, toResult } from './gateway-result.ts'
import type { HttpResponse } from './http-response.ts'
import type { Operation } from './routes.ts'

/**
 * The Lambda handler of an operation that is about no application. `run` gets the checked call and
 * answers, or throws: Problems are told to the client as they are, everything else is a 500 (or 503
 * when a dependency is away) that says nothing of the inside. `more` sees the request last and its
 * answer, errors included, first.
 */
export function endpoint<O extends Operation>(
  operation: O,
  run: (call: Call<O>) => Promise<HttpResponse>,
  more: MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult>[] = [],
) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use([accessLog(operation), cors(), ...more, problems()])
    .handler(async (event) => toResult(await run(readCall(operation, event))))
}
