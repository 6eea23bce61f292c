import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import type { Call } from './call.ts'
import { endpoint } from './endpoint.ts'
import type { HttpResponse } from './http-response.ts'
import { handler as noRoute } from './no-route.ts'
import { type Operation, routes } from './routes.ts'

/**
 * One Lambda handler for several operations, none of which is about an application. It finds the
 * operation by the resource that the gateway has matched, so each must have a path of its own.
 */
export function stageEndpoint<O extends Operation>(
  operations: Record<O, (call: Call<O>) => Promise<HttpResponse>>,
) {
  const isHere = (operation: Operation): operation is O => operation in operations
  const handlers = new Map<string, ReturnType<typeof endpoint>>()
  for (const { path, operation } of routes)
    if (isHere(operation)) handlers.set(path, endpoint(operation, operations[operation]))
  return (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> =>
    (handlers.get(event.resource) ?? noRoute)(event, context)
}
