import { randomUUID } from 'node:crypto'
import { type IncomingMessage, maxHeaderSize, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { corsHeaders } from '../../functions/api/cors.ts'
import { problemResponse } from '../../functions/api/problem-response.ts'
import { gatewaySecurityHeaders } from '../../functions/api/security-headers.ts'
import { headersTooLarge, malformed, type Problem } from '../../functions/problems/problem.ts'

interface Refusal {
  status: number
  headers: Record<string, string>
  body: string
}

/** A problem in the form of the API's own errors, so that clients need no second reader. */
export function refusal(problem: Problem): Refusal {
  const { status, headers, body } = problemResponse(problem, randomUUID())
  const text = JSON.stringify(body)
  const ofAll = { ...corsHeaders, ...gatewaySecurityHeaders(), ...headers }
  const ends = { 'Content-Length': String(Buffer.byteLength(text)), Connection: 'close' }
  return { status, headers: { ...ofAll, ...ends }, body: text }
}

const percentEncoded = 'percent-encoded UTF-8 (日本 is %E6%97%A5%E6%9C%AC)'

/**
 * What is wrong with a request that HTTP's parser has let through and the endpoint would take in
 * another way than AWS's gateway; undefined: nothing.
 */
export function faultOf({ url = '', headers, httpVersion }: IncomingMessage): Problem | undefined {
  if (headers.host === undefined && httpVersion !== '1.0')
    return malformed('the request has no header Host')
  if (!/^[!-~]*$/.test(url)) return malformed(`the path and the query must be ${percentEncoded}`)
  const query = url.split('?').slice(1).join('?')
  if (!isEncodedUtf8(query)) return malformed(`the query must be ${percentEncoded}`)
  return undefined
}

function isEncodedUtf8(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** What to do about an error of HTTP's parser, by its code. */
const faults: Record<string, () => Problem> = {
  HPE_HEADER_OVERFLOW: () => headersTooLarge(maxHeaderSize / 1024),
  HPE_INVALID_URL: () => malformed(`the path and the query must be ${percentEncoded}`),
}

/**
 * Responds to what is no HTTP request, on its connection: there is no request to respond to. Says
 * nothing where the client has gone, or has had a part of a response.
 */
export function refuseUnparsed(error: Error, socket: Duplex & { bytesWritten?: number }): void {
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const unknown = () => malformed('this is no HTTP request, or did not arrive whole')
  const { status, headers, body } = refusal((faults[code] ?? unknown)())
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'))
}
