/**
 * RFC 9110, section 7.6.1: these concern one connection. Host and length are those of the new
 * request; this server has responded to `Expect` already.
 */
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
 * Raw headers (name, value, name, value ...) as they came, without those that concern the
 * connection and those of `alsoDrop`, which are lower-case names.
 */
export function endToEnd(raw: string[], alsoDrop: string[] = []): string[] {
  return raw.filter((_, index) => {
    const name = raw[index - (index % 2)]?.toLowerCase() ?? ''
    return !hopByHop.has(name) && !alsoDrop.includes(name)
  })
}
