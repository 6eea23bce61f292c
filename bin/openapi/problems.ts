import { problemResponse } from '../../functions/api/problem-response.ts'
import { explanations } from '../../functions/docs/problems-page.ts'
import {
  applicationSuspended,
  badRequest,
  encodedBody,
  headersTooLarge,
  invalidFields,
  keyReused,
  malformed,
  methodNotAllowed,
  notFound,
  Problem,
  type ProblemType,
  preconditionFailed,
  problemTypes,
  timedOut,
  tooLarge,
  tooMany,
  unauthorized,
  unavailable,
} from '../../functions/problems/problem.ts'
import { refTo } from './schemas.ts'

/** One of each type, as the API makes them. */
const problems: Record<ProblemType, Problem> = {
  'malformed-request': malformed('the body is not valid JSON'),
  'invalid-parameter': badRequest([{ parameter: 'limit', detail: 'must be at most 1000' }]),
  'operator-key-required': unauthorized('the key of the operator is missing or wrong'),
  forbidden: new Problem('forbidden', 'the gateway refused the request'),
  'application-suspended': applicationSuspended(false),
  'not-found': notFound('chat'),
  'method-not-allowed': methodNotAllowed(['GET', 'POST', 'OPTIONS']),
  'precondition-failed': preconditionFailed('"3-stored-0"'),
  'payload-too-large': tooLarge(131_072),
  'unsupported-encoding': encodedBody(),
  'invalid-field': invalidFields([{ pointer: '/body', detail: 'must not be blank' }]),
  'idempotency-key-reused': keyReused(),
  'too-many-requests': tooMany(500, 1),
  'headers-too-large': headersTooLarge(16),
  internal: new Problem('internal', 'the request failed; the request id finds out why'),
  unavailable: unavailable('a dependency is away for the moment; try again', 2),
  timeout: timedOut(),
}

const requestId = '1f6b2f6e-6a38-4c5e-9a57-5c1f0b4f3f0a'

/** Statuses of problems with the types that each stands for. */
const byStatus = (): Map<number, ProblemType[]> =>
  Map.groupBy(
    Object.keys(problemTypes).filter((type): type is ProblemType => type in problems),
    (type) => problemTypes[type].status,
  )

/**
 * What a response of each status says: its types with their explanations, and an example of each
 * type.
 */
export const problemContents = () =>
  [...byStatus()].map(([status, types]) => ({
    status,
    description: types
      .map((type) => `${problemTypes[type].title} (\`${type}\`): ${explanations[type]}`)
      .join('\n\n'),
    content: {
      'application/problem+json': {
        schema: refTo('Problem'),
        examples: Object.fromEntries(
          types.map((type) => [
            type,
            {
              summary: problemTypes[type].title,
              value: problemResponse(problems[type], requestId).body,
            },
          ]),
        ),
      },
    },
  }))
