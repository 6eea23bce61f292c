import { connect } from 'node:net'

/**
 * Sends lines as they are, on a connection of its own, and returns the response up to its end. The
 * connection is closed after the first response. `body` goes behind the lines as it is.
 */
export async function rawHttp(
  { hostname, port }: Pick<URL, 'hostname' | 'port'>,
  lines: readonly string[],
  body: string | Buffer = '',
): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''))
  socket.write(Buffer.from(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`, 'latin1'))
  socket.write(body)
  const chunks: Buffer[] = []
  try {
    for await (const chunk of socket.setTimeout(20_000, () => socket.destroy())) chunks.push(chunk)
  } catch {
    // Closed before all was sent: what came is the response.
  }
  const text = Buffer.concat(chunks).toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  const head = end < 0 ? text : text.slice(0, end)
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0)
  return { status, head, body: end < 0 ? '' : text.slice(end + 4) }
}
