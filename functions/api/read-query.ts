import type { APIGatewayProxyEvent } from 'aws-lambda'
import * as v from 'valibot'
import { badRequest } from '../problems/problem.ts'
import { detailOf, unknownKeys } from './schema-errors.ts'

/**
 * The query by its schema. Throws 400 for a parameter that is unknown, given twice or out of its
 * bounds: nothing is clamped.
 */
export function readQuery<S extends v.GenericSchema>(
  schema: S,
  event: APIGatewayProxyEvent,
): v.InferOutput<S> {
  const given = Object.entries(event.multiValueQueryStringParameters ?? {})
  const repeated = given.filter(([, values]) => (values?.length ?? 0) > 1)
  if (repeated.length > 0)
    throw badRequest(repeated.map(([parameter]) => ({ parameter, detail: 'must be given once' })))
  const query = Object.fromEntries(given.map(([name, values]) => [name, values?.[0] ?? '']))
  const unknown = unknownKeys(schema, query).map((path) => ({
    parameter: path.join('.'),
    detail: 'is not a known parameter',
  }))
  if (unknown.length > 0) throw badRequest(unknown)
  const parsed = v.safeParse(schema, query)
  if (parsed.success) return parsed.output
  throw badRequest(
    parsed.issues.map((issue) => {
      const parameter = v.getDotPath(issue)
      return { ...(parameter ? { parameter } : {}), detail: detailOf(issue) }
    }),
  )
}
