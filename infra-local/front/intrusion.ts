import type { IncomingMessage } from 'node:http'
import { routes } from '../../functions/api/routes.ts'
import { Problem } from '../../functions/problems/problem.ts'
import { CannotStart } from '../machine/cannot-start.ts'
import { type Target, valuesOf } from './target.ts'

/** Whom the front serves. */
export interface Guests {
  /** Names besides `localhost`, `127.0.0.1` and `[::1]` by which requests may come. */
  hosts: string[]
  /** Listing applications needs the operator's key. */
  operatorKey: boolean
}

/**
 * Of the environment: CHAT_HOSTS has further hosts, with commas between them. Throws CannotStart
 * for what is none.
 */
export function guestsOf({ CHAT_HOSTS = '', OPERATOR_KEY_SHA256 }: NodeJS.ProcessEnv): Guests {
  const hosts = CHAT_HOSTS.split(/[\s,]+/).filter((host) => host !== '')
  const wrong = hosts.find((host) => nameIn(host) === '')
  if (wrong !== undefined)
    throw new CannotStart(`${JSON.stringify(wrong)} is no host: give a name, such as chat.example`)
  return { hosts, operatorKey: Boolean(OPERATOR_KEY_SHA256) }
}

const advice = 'use localhost, or start it with npm start -- --host NAME'
const loopback = ['localhost', '127.0.0.1', '[::1]']

/** The name in a Host header, without its port and in small letters. */
const nameIn = (host: string) =>
  (/^(\[[\da-f:.]+\]|[\w.-]+?)\.?(?::\d{1,5})?$/i.exec(host)?.[1] ?? '').toLowerCase()

/**
 * The problem of a request that has come from where it should not, undefined if there is none.
 *
 * A page whose name its owner rebinds to 127.0.0.1 is of the same origin for the browser, so it may
 * do and read whatever this server lets it; but `Host` still has its name. The port is not looked
 * at: behind a tunnel it is another one, and it is not what such a page could choose.
 *
 * The API itself is for pages of any origin: a token is the capability. But the list of the
 * applications has all tokens, and on a laptop no key is needed for it.
 */
export function intrusionOf(
  incoming: IncomingMessage,
  { hosts, path }: Target,
  guests: Guests,
): Problem | undefined {
  const own = [...loopback, ...guests.hosts.map((host) => nameIn(host))]
  const foreign = hosts.find((host) => !own.includes(nameIn(host)))
  if (foreign !== undefined)
    return new Problem(
      'forbidden',
      `a local stack does not serve the host ${JSON.stringify(foreign.slice(0, 100))}: ${advice}`,
    )
  const listing = !guests.operatorKey && isOperators(incoming.method, path)
  if (listing && isOfAnotherOrigin(incoming, guests))
    return new Problem('forbidden', 'without an operator key no page of another origin may list')
  return undefined
}

/** What only the operator may do, creating alone left out: that hands out nothing. */
const operators = routes.filter((route) => 'access' in route && route.method !== 'POST')

/** Local endpoints lead a path with a slash at its end to the route without it. */
function isOperators(method: string | undefined, path: string): boolean {
  const decoded = decodeURIComponent(path.split('?', 1)[0] ?? '').replace(/\/$/, '')
  const asked = method === 'HEAD' ? 'GET' : method
  return operators.some((route) => route.method === asked && route.path === decoded)
}

/** Browsers say it in one of these, with every request that can be read or has an effect. */
function isOfAnotherOrigin({ rawHeaders, headers }: IncomingMessage, guests: Guests): boolean {
  const own = ownOrigins(headers.host ?? '', guests)
  const origins = valuesOf(rawHeaders, 'origin')
  const sites = valuesOf(rawHeaders, 'sec-fetch-site')
  return (
    origins.some((origin) => !own.includes(origin.toLowerCase())) ||
    sites.some((site) => site !== 'same-origin' && site !== 'none')
  )
}

/**
 * The origins of the pages that this server itself has sent for the header `host`. Where the start
 * was given the host, a tunnel or a proxy may speak TLS before it; it may also name the port that
 * a browser leaves out.
 */
function ownOrigins(host: string, guests: Guests): string[] {
  const isGuest = guests.hosts.some((guest) => nameIn(guest) === nameIn(host))
  const schemes = isGuest ? ['http', 'https'] : ['http']
  return schemes.flatMap((scheme) => URL.parse(`${scheme}://${host}`)?.origin ?? [])
}
