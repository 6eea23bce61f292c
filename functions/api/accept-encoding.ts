/**
 * Whether a client that sends this `Accept-Encoding` takes gzip (RFC 9110, 12.5.3): named, or by
 * `*` where it is not named, and not with a weight of 0. Taken apart by hand: as one pattern the
 * header's white space could be divided in many ways, and each would be tried.
 */
export function acceptsGzip(header = ''): boolean {
  const codings = header.split(',').map(codingOf)
  const found =
    codings.find(({ name }) => name === 'gzip' || name === 'x-gzip') ??
    codings.find(({ name }) => name === '*')
  return found !== undefined && found.weight > 0
}

function codingOf(text: string): { name: string; weight: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  return { name, weight: weight === undefined ? 1 : Number(weight) }
}
