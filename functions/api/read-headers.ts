import type { APIGatewayProxyEvent } from 'aws-lambda'
import { badRequest } from '../problems/problem.ts'

/**
 * The request's headers by their names in lower case. Lines of one name are one value, joined by
 * commas in their order (RFC 9110, 5.3), which some gateways have done already: so a header that
 * has no list for its value must be taken apart again (givenOnce).
 */
export function readHeaders(event: APIGatewayProxyEvent): Record<string, string> {
  const single = Object.entries(event.headers ?? {}).map(([name, value]) => [name, [value ?? '']])
  const lines = Object.entries(event.multiValueHeaders ?? {})
  const all = [...single, ...lines] as [string, string[] | undefined][]
  return Object.fromEntries(
    all.map(([name, values]) => [name.toLowerCase(), (values ?? []).join(', ')]),
  )
}

/** What a value has between its commas, those within quotes left alone; nothing that is empty. */
function membersOf(value: string): string[] {
  const members: string[] = []
  let start = 0
  let quoted = false
  for (let at = 0; at <= value.length; at++) {
    if (value[at] === '"') quoted = !quoted
    if (at < value.length && (quoted || value[at] !== ',')) continue
    members.push(value.slice(start, at).trim())
    start = at + 1
  }
  return members.filter((member) => member !== '')
}

/**
 * The one value of a header that is given once, or in equal copies, as a proxy or a client's own
 * retry adds them; `same` is what makes two spellings equal. Empty where there is none. Throws 400
 * where the copies differ.
 */
export function givenOnce(name: string, value: string, same = (member: string) => member): string {
  const [first = '', ...others] = new Set(membersOf(value).map(same))
  if (others.length === 0) return first
  throw badRequest([{ parameter: name, detail: 'must be given once' }])
}
