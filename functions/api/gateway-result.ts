import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import type { HttpResponse } from './http-response.ts'
import { problemResponse } from './problem-response.ts'

/** An operation's response in the form that the gateway wants. */
export const toResult = (response: HttpResponse): APIGatewayProxyResult => ({
  statusCode: response.status,
  headers: {
    ...(response.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...response.headers,
  },
  ...(response.base64 === undefined
    ? { body: response.text ?? (response.body === undefined ? '' : JSON.stringify(response.body)) }
    : { body: response.base64, isBase64Encoded: true }),
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
