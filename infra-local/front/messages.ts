import { routes } from '../../functions/api/routes.ts'

// RFC 9110, section 7.6.1: these concern one connection. Host and length are those of the new
// request; `expect` was answered by this server.
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'host',
  'expect',
])

/**
 * Raw headers (name, value, name, value ...) as they came, less those of the connection; a response
 * keeps its length.
 */
export function endToEnd(raw: string[], alsoDrop: string[] = []): string[] {
  return raw.filter((_, index) => {
    const name = raw[index - (index % 2)]?.toLowerCase() ?? ''
    return !hopByHop.has(name) && !alsoDrop.includes(name)
  })
}

const words = new Set<string>(routes.flatMap((route) => route.path.split('/')))

/**
 * A path for the log: the words of the routes and numbers as they are, everything else cut to four
 * characters, for it may be a token; without the query, for it may quote a message.
 */
export function shortened(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  const cut = (segment: string) => (segment.length > 4 ? `${segment.slice(0, 4)}…` : segment)
  return path
    .split('/')
    .map((segment) => (words.has(segment) || /^\d{1,16}$/.test(segment) ? segment : cut(segment)))
    .join('/')
}

/** One line of the log: method, route path, status, time. */
export function answered(method: string, url: string, status: number | string, ms: number): string {
  return `${method} ${shortened(url)} ${status} ${Math.round(ms)} ms`
}
