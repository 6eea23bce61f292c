/** RFC 9110, section 7.6.1: these concern one connection. */
const hopByHop = [
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'http2-settings'],
]

/** Host and length are those of the new request; this server has responded to `Expect` already. */
const ofThisRequest = ['host', 'content-length', 'expect']

/**
 * By these a browser says which page a request is of. They are for this server alone: to the
 * endpoint no request is one of a page.
 */
const ofBrowsers = ['origin', 'sec-fetch-site']

/**
 * What local endpoints look at before the API does: keys of their own, names of operations, the
 * account. On AWS they are of no meaning to an API without authorization by IAM.
 */
const ofEndpoints = /^x-(amz|amzn|local|localstack|ministack)-/

/** To the API `Authorization` is the operator's key, and to an endpoint all else is an account. */
const isOfEndpoints = (name: string, value: string) =>
  ofEndpoints.test(name) || (name === 'authorization' && !/^bearer /i.test(value))

type Header = [name: string, value: string]
const pairsOf = (raw: string[]): Header[] =>
  raw.flatMap((name, i): Header[] => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []))

/**
 * Raw headers (name, value, name, value ...) as they came, without those that concern the
 * connection (what `Connection` lists does, too) and those of `alsoDrop`, which are lower-case
 * names.
 */
export function endToEnd(raw: string[], alsoDrop: string[] = []): string[] {
  const pairs = pairsOf(raw)
  const listed = pairs.flatMap(([name, value]) =>
    name.toLowerCase() === 'connection' ? value.toLowerCase().split(/[\s,]+/) : [],
  )
  const dropped = new Set([...hopByHop, ...listed, ...alsoDrop])
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase())).flat()
}

/** Of a request's raw headers those that the endpoint and the API behind it are to have. */
export const towardsEndpoint = (raw: string[], alsoDrop: string[] = []): string[] =>
  pairsOf(endToEnd(raw, [...ofThisRequest, ...ofBrowsers, ...alsoDrop]))
    .filter(([name, value]) => !isOfEndpoints(name.toLowerCase(), value))
    .flat()
