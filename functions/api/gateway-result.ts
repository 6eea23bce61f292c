import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import type { HttpResponse } from './http-response.ts'
import { problemResponse } from './problem-response.ts'

/** An operation's answer as the gateway wants it. */
export const toResult = (answer: HttpResponse): APIGatewayProxyResult => ({
  statusCode: answer.status,
  headers: {
    ...(answer.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...answer.headers,
  },
  ...(answer.base64 === undefined
    ? { body: answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body)) }
    : { body: answer.base64, isBase64Encoded: true }),
})

/** The one mapper of errors: whatever an operation throws becomes problem+json. */
export function problems(): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    onError: (request) => {
      request.response = toResult(
        problemResponse(request.error, request.event.requestContext.requestId),
      )
    },
  }
}
