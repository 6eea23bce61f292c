import { routes } from '../../functions/api/routes.ts'

const words = new Set<string>(routes.flatMap((route) => route.path.split('/')))

/**
 * A path for the log: the words of the routes and numbers as they are, everything else cut to four
 * characters, because it may be a token. Without the query, because that may quote a message.
 */
function shortened(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  const cut = (segment: string) => (segment.length > 4 ? `${segment.slice(0, 4)}…` : segment)
  return path
    .split('/')
    .map((segment) => (words.has(segment) || /^\d{1,16}$/.test(segment) ? segment : cut(segment)))
    .join('/')
}

/** One line of the log: method, shortened path, status, milliseconds. */
export const requestLine = (
  method: string,
  url: string,
  status: number | string,
  ms: number,
): string => `${method} ${shortened(url)} ${status} ${Math.round(ms)} ms`
