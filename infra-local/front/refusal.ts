import { randomUUID } from 'node:crypto'
import { maxHeaderSize, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { corsHeaders } from '../../functions/api/cors.ts'
import { problemResponse } from '../../functions/api/problem-response.ts'
import { gatewaySecurityHeaders } from '../../functions/api/security-headers.ts'
import { headersTooLarge, malformed, type Problem } from '../../functions/problems/problem.ts'
import { notEncoded } from './target.ts'

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

/** What to do about an error of HTTP's parser, by its code. */
const faults: Record<string, () => Problem> = {
  HPE_HEADER_OVERFLOW: () => headersTooLarge(maxHeaderSize / 1024),
  HPE_INVALID_URL: notEncoded,
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
