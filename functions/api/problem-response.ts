import { optionalEnv } from '../clients/env.ts'
import type { ProblemType } from '../problems/problem.ts'
import { Problem, unavailable } from '../problems/problem.ts'
import { isAway } from './away-errors.ts'
import type { HttpResponse } from './http-response.ts'

/**
 * The `type` of a problem: a reference with the whole path, as RFC 9457 advises, so that one kind
 * has one type whatever the path of the request. `basePath` is the path of the base address: on AWS
 * the stage, empty where it has none (lib/settings.ts).
 */
export const typeReference = (type: ProblemType, basePath: string): string =>
  `${basePath}/docs/problems#${type}`

/**
 * What the client sees of an error: a Problem as it is, that a dependency is away, or only that
 * something failed.
 */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isAway(error)) return unavailable('a dependency is away for the moment; try again', 2, error)
  return new Problem('internal', 'the request failed; the request id finds out why', {
    cause: error,
  })
}

/** The response to an error, as problem+json. */
export function problemResponse(error: unknown, requestId: string): HttpResponse {
  const problem = problemOf(error)
  return {
    status: problem.status,
    headers: { ...problem.headers, 'Content-Type': 'application/problem+json' },
    body: {
      type: typeReference(problem.type, optionalEnv('BASE_PATH') ?? ''),
      title: problem.title,
      status: problem.status,
      detail: problem.message,
      request_id: requestId,
      ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
    },
  }
}
