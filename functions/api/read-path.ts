import type { APIGatewayProxyEvent } from 'aws-lambda'
import { badRequest, notFound, Problem } from '../problems/problem.ts'

/** The parameters of a path. What the route does not have is 0 or empty. */
export interface Path {
  token: string
  chat: number
  message: number
}

/** Throws 400 for what is no number from 1, 404 for a number that no counter can reach. */
function pathNumber(name: 'chat' | 'message', raw: string): number {
  if (!/^[1-9][0-9]*$/.test(raw))
    throw badRequest([{ parameter: name, detail: 'must be a number from 1' }])
  const number = Number(raw)
  if (!Number.isSafeInteger(number)) throw notFound(name)
  return number
}

/**
 * The path's parameters as the gateway has matched and decoded them; to decode them again would
 * make a slash of `%252f`. Throws 400 and 404 (see pathNumber).
 */
export function readPath(event: APIGatewayProxyEvent): Path {
  const { token, chat, message } = event.pathParameters ?? {}
  return {
    token: token ?? '',
    chat: chat === undefined ? 0 : pathNumber('chat', chat),
    message: message === undefined ? 0 : pathNumber('message', message),
  }
}

/** The 404 of a path that has an empty segment, or a slash at its end. */
export const emptySegment = () =>
  new Problem('not-found', 'there is no such route: no path ends with a slash or has two in a row')

/**
 * Throws 404 where the path has an empty segment, or a slash at its end. Gateways lead such a path
 * to the route without it; a relative `Location` or cursor would then lead elsewhere.
 */
export function requireNoEmptySegment({ path, resource }: APIGatewayProxyEvent): void {
  if (resource === '/' || path === '/' || !/\/(?:\/|$)/.test(path)) return
  throw emptySegment()
}
