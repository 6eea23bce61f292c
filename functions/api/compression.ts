import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { acceptsGzip } from './accept-encoding.ts'
import { readHeaders } from './read-headers.ts'

/** What is shorter travels in as few packets as it would packed. */
const leastCharacters = 2_048

const pack = promisify(gzip)

/**
 * Packs large JSON by gzip for clients that accept it. Here and not by the gateway's
 * `minCompressionSize`: that is unknown to LocalStack-compatible endpoints, unpacks packed requests
 * (which are refused, read-body.ts), and takes the whole of a response from the function first,
 * where Lambda's limit of 6 MB counts.
 *
 * What has an ETag is left as it is: one tag names one sequence of bytes, and a weak one would be
 * of no use in If-Match. It is one thing, and small. The length of what is packed tells a foreign
 * page nothing (BREACH): browsers send no credential here by themselves, so such a page can make
 * none ask. The fastest level: on JSON the best saves a tenth more, for three times the time.
 */
export function compression(): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    after: async ({ event, response }) => {
      if (!response || !mayBePacked(response)) return
      response.headers = { ...response.headers, Vary: 'Accept-Encoding' }
      const headers = readHeaders(event)
      // The gateway turns base64 into bytes only for a client that sends `Accept`.
      if (headers.accept === undefined || !acceptsGzip(headers['accept-encoding'])) return
      const packed = (await pack(response.body, { level: constants.Z_BEST_SPEED })).toString(
        'base64',
      )
      if (packed.length >= response.body.length) return
      response.headers['Content-Encoding'] = 'gzip'
      response.body = packed
      response.isBase64Encoded = true
    },
  }
}

const mayBePacked = ({ body, headers, isBase64Encoded }: APIGatewayProxyResult): boolean =>
  !isBase64Encoded && body.length >= leastCharacters && headers?.ETag === undefined
