import fc from 'fast-check'
import type { Route } from '../../functions/api/routes.ts'
import { applicationKind } from '../../functions/kinds/application.ts'
import { chatKind } from '../../functions/kinds/chat.ts'
import { messageBatch, messageKind } from '../../functions/kinds/message.ts'
import type { RawHeader } from './raw.ts'

/** Requests that no client of good will sends, generated for each route from what it accepts. */
export interface Hostile {
  /** One of the path's parameters, and what is there instead. */
  part?: [name: string, value: string]
  query?: string
  headers?: RawHeader[]
  body?: Buffer
}

/** Values at the edges of JSON, of the schemas and of JavaScript. */
const odd = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom(
    ...['null', '-0', '1e999', '9007199254740993', '"\\u0000"', '"\\ud800"', '[]', '{}', '""'],
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  ),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
)
const oddNames = fc.oneof(
  fc.constantFrom('id', 'number', 'status', '__proto__', 'constructor', 'toString', ''),
  fc.string(),
)

const namesOf = (...bodies: { entries: object }[]): string[] =>
  bodies.flatMap(({ entries }) => Object.keys(entries))
/** The fields of a route's body, as its kind declares them, and a body that it accepts. */
function fieldsOf({ path }: Route): { names: string[]; plain: object } {
  if (path.includes('messages'))
    return { names: namesOf(messageKind.create, messageBatch), plain: { body: 'x' } }
  if (path.includes('chats')) return { names: namesOf(chatKind.create), plain: { title: 'x' } }
  return { names: namesOf(applicationKind.create), plain: { name: 'x' } }
}
const objectOf = (names: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(names, odd), { minLength: 1, maxLength: 3 })
    .map(
      (fields) => `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`,
    )
/** Mostly of the route's own fields; some are no object, or no JSON. */
const bodies = (route: Route): fc.Arbitrary<Buffer> => {
  const own = objectOf(fc.constantFrom(...fieldsOf(route).names))
  const texts = fc.oneof(own, own, objectOf(oddNames), odd).map((text) => Buffer.from(text))
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((each) => Buffer.from(each))
  return fc.oneof({ weight: 5, arbitrary: texts }, { weight: 1, arbitrary: bytes })
}

const queryValues = fc.oneof(
  fc.constantFrom(
    '',
    '-0',
    '1e3',
    '0',
    '-1',
    '9007199254740992',
    '0x1',
    'NaN',
    '\u0000',
    '%',
    '*',
    '"',
  ),
  fc.constantFrom('2026-13-45T99:99:99Z', "' OR 1=1 --", 'x'.repeat(3_000)),
  fc.string({ unit: 'grapheme' }),
)
/** Mostly of the route's own names; some are no query at all. */
const queries = ({ query }: Route): fc.Arbitrary<string> => {
  const own = Object.keys(query.entries)
  const names = own.length > 0 ? fc.oneof(fc.constantFrom(...own), oddNames) : oddNames
  const pairs = fc.array(fc.tuple(names, queryValues), { minLength: 1, maxLength: 3 })
  return fc.oneof(
    { weight: 4, arbitrary: pairs.map((sent) => new URLSearchParams(sent).toString()) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '%',
        '%ff=%fe',
        '&&=&',
        'limit=1&limit=2',
        'q[]=x',
        'a=%00',
        '?',
        '%zz=1',
      ),
    },
  )
}

const latin = fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f)
const headerValues = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\t',
    '*',
    '""',
    '"',
    '"\\"',
    ',,,',
    'é',
    'W/"1"',
    '"1"',
    '"1-stored-0"',
    '__proto__',
  ),
  fc.constantFrom('"x",'.repeat(900), 'x'.repeat(256), `"${'x'.repeat(256)}"`, 'x'.repeat(3_000)),
  fc.constantFrom("' OR 1=1 --", '{jndi:ldap://x}', '"999999999999999999999-stored-0"'),
  fc.array(latin, { minLength: 1, maxLength: 60 }).map((codes) => String.fromCharCode(...codes)),
)
const anyHeader = fc.constantFrom(
  ...[
    'Authorization',
    'Content-Type',
    'Content-Encoding',
    'Accept',
    'Accept-Encoding',
    'Cookie',
    'Origin',
  ],
  ...['Range', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-HTTP-Method-Override', 'X-Amzn-Trace-Id'],
  ...['If-Match', 'If-None-Match', 'If-Modified-Since', 'Idempotency-Key'],
)
/** Always with an Accept header: without one a gateway passes a page on as base64. */
const others = fc
  .tuple(anyHeader, headerValues)
  .filter(([name, value]) => name !== 'Accept' || /^\s*[^;\s]/.test(value))
const takenHeader = {
  accept: 'Idempotency-Key',
  edit: 'If-Match',
  read: 'If-None-Match',
  docs: 'If-None-Match',
}
/** The header that the route reads, or others that it must ignore, or all of them. */
const headers = ({ stage }: Route): fc.Arbitrary<RawHeader[]> => {
  const taken = fc.tuple(fc.constant(takenHeader[stage]), fc.oneof(fc.constant('*'), headerValues))
  return fc.oneof(
    fc.array(others, { minLength: 1, maxLength: 3 }),
    fc.tuple(taken, fc.array(others, { maxLength: 2 })).map(([one, more]) => [one, ...more]),
  )
}

const parts = (names: string[]): fc.Arbitrary<[string, string]> =>
  fc.tuple(
    fc.constantFrom(...names),
    fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        '%2e%2e',
        'a%2fb',
        '%00',
        '%',
        '%zz',
        '%ff%fe',
        '{chat}',
        '*',
        'search',
      ),
      fc.constantFrom(
        '-0',
        '0',
        '01',
        '1e3',
        '1.0',
        '2147483648',
        '9007199254740991',
        '9007199254740992',
      ),
      fc.constantFrom(
        '1'.repeat(5_000),
        '__proto__',
        'constructor',
        '1;a=1',
        '1%0d%0aX-In:1',
        "'%20OR%201=1",
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map(encodeURIComponent),
    ),
  )

/** One or two things are hostile, so that the checks that come late are reached too. */
function hostileTo(route: Route): fc.Arbitrary<Hostile> {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const all = {
    query: queries(route),
    headers: headers(route),
    ...('body' in route ? { body: bodies(route) } : {}),
    ...(names.length > 0 ? { part: parts(names) } : {}),
  }
  // Almost every odd query gets 400 before anything else is looked at.
  const late = Object.keys(all).filter((kind) => kind !== 'query')
  const some = (of: string[]) =>
    fc.subarray(of, { minLength: 1, maxLength: Math.min(2, of.length) })
  const hostile = fc.oneof(some(Object.keys(all)), some(late))
  return fc.tuple(fc.record(all), hostile).map(([made, kept]) => ({
    ...('body' in route ? { body: Buffer.from(JSON.stringify(fieldsOf(route).plain)) } : {}),
    ...('q' in route.query.entries ? { query: 'q=x' } : {}),
    ...Object.fromEntries(Object.entries(made).filter(([kind]) => kept.includes(kind))),
  }))
}

const keyOf = ({ body, ...rest }: Hostile): string =>
  JSON.stringify([rest, body?.toString('base64')])

/** `count` requests to a route, all different. Throws if it cannot make as many. */
export function hostileRequests(route: Route, count: number, seed: number): Hostile[] {
  const made = fc.sample(hostileTo(route), { numRuns: count * 3, seed })
  const distinct = [...new Map(made.map((each) => [keyOf(each), each])).values()].slice(0, count)
  if (distinct.length < count) throw new Error(`${route.operation}: ${distinct.length} of ${count}`)
  return distinct
}

/**
 * The address of a hostile request: the route's path with these parameters, except for the hostile
 * one.
 */
export function targetOf(
  route: Route,
  { part, query }: Hostile,
  place: Record<string, string>,
): string {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    part?.[0] === name ? part[1] : (place[name] ?? ''),
  )
  return query === undefined ? path : `${path}?${query}`
}
