import { optionalEnv } from '../clients/env.ts'
import type { ProblemType } from '../problems/problem.ts'
import { Problem, unavailable } from '../problems/problem.ts'
import { isAway } from './away-errors.ts'
import type { HttpResponse } from './http-response.ts'

/**
 * A reference with the whole path, as RFC 9457 has it: one kind has one type, whatever the depth of
 * the request. On AWS the path begins with the stage, which BASE_PATH tells (lib/settings.ts); at a
 * base address of its own it is empty.
 */
export const typeReference = (type: ProblemType, basePath: string): string =>
  `${basePath}/docs/problems#${type}`

/**
 * What the client is told of any error: a Problem as it is, a dependency that is away, or only that
 * it is our fault.
 */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isAway(error)) return unavailable('a dependency is away for the moment; try again', 2, error)
  return new Problem('internal', 'the request failed; the request id finds out why', {
    cause: error,
  })
}

/** The answer to an error, as problem+json. */
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
