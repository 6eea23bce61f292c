import type { IncomingMessage } from 'node:http'
import { emptySegment } from '../../functions/api/read-path.ts'
import { routes } from '../../functions/api/routes.ts'
import { malformed, notFound, type Problem } from '../../functions/problems/problem.ts'

/** What a request asks for: the names that it gives to this server, and path and query. */
export interface Target {
  hosts: string[]
  path: string
}

const percentEncoded = 'percent-encoded UTF-8 (日本 is %E6%97%A5%E6%9C%AC)'
export const notEncoded = () => malformed(`the path and the query must be ${percentEncoded}`)

/** The form of proxies (RFC 9112, 3.2.2), which names the host once more. */
const absolute = /^https?:\/\/([^/?]*)(.*)$/i

/**
 * The target of a request, or what is wrong with it: what HTTP's parser has let through, and the
 * endpoint would take in another way than AWS's gateway. What is left has one meaning, however
 * often it is decoded: no path becomes that of another route, or one of the endpoint's own.
 */
export function targetOf({ url = '', rawHeaders }: IncomingMessage): Target | Problem {
  const named = valuesOf(rawHeaders, 'host')
  if (named.length !== 1)
    return malformed(`the request has ${named.length === 0 ? 'no' : 'more than one'} header Host`)
  const [, host, rest = ''] = absolute.exec(url) ?? []
  const path = host === undefined ? url : rest.replace(/^(?!\/)/, '/')
  if (!/^[!-~]*$/.test(path)) return notEncoded()
  if (!path.startsWith('/')) return malformed('the path must begin with a slash')
  if (path.includes('#')) return malformed('the path and the query have no fragment (#)')
  if (!isEncodedUtf8(path)) return notEncoded()
  if (hasTwoSlashes(path)) return emptySegment()
  return isRouted(path) ? { hosts: host === undefined ? named : [...named, host], path } : noRoute()
}

/** The values of a header, which has a small name, on all of its lines. */
export const valuesOf = (raw: string[], name: string): string[] =>
  raw.filter((_, i) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === name)

/** The first segments of the routes. What begins with another is nothing of the API. */
const roots = new Set<string>(routes.map(({ path }) => path.split('/')[1] ?? ''))

/**
 * Whether the path may be that of a route. A slash that is encoded is none: AWS matches segments
 * before it decodes them, and local endpoints afterwards.
 */
function isRouted(path: string): boolean {
  const [segments = ''] = path.split('?', 1)
  const [, first = ''] = decodeURIComponent(segments).split('/')
  return !/%2f/i.test(segments) && roots.has(first)
}

/**
 * Local endpoints leave empty segments out, and lead `//applications` to the list, which no check
 * of the path would take for it. A slash at the end is left to the API.
 */
const hasTwoSlashes = (path: string) => /^[^?]*\/\//.test(path)

const noRoute = () => notFound('route')

function isEncodedUtf8(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
