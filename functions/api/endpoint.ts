import { type Call, readCall } from './call.ts'
import type { HttpResponse } from './http-response.ts'
import { lambdaHandler } from './lambda-handler.ts'
import type { Operation } from './routes.ts'

/**
 * The Lambda handler of an operation that is about no application. `run` gets the checked call and
 * a signal that is aborted when the function's time is nearly over (lambda-handler.ts). It returns
 * the response or throws: the client gets a Problem as it is, and of everything else a 500 (503
 * when a dependency is away) that says nothing of the inside.
 */
export const endpoint = <O extends Operation>(
  operation: O,
  run: (call: Call<O>, signal: AbortSignal) => Promise<HttpResponse>,
) => lambdaHandler(operation, async (event, signal) => run(readCall(operation, event), signal))
