import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { acceptsGzip } from '../api/accept-encoding.ts'
import { isKnown } from '../api/etags.ts'
import type { HttpResponse } from '../api/http-response.ts'

/** A page or one of its files, packed by gzip, with its media type. */
export interface StaticFile {
  type: string
  gzip: Buffer
  etag: string
}

const fileOf = (type: string, gzip: Buffer): StaticFile => ({
  type,
  gzip,
  // Weak, for the packed and the plain form have the same.
  etag: `W/"${createHash('sha256').update(gzip).digest('base64url').slice(0, 22)}"`,
})

/** Makes `file` when it is first asked for, and keeps it. */
function once(file: () => StaticFile): () => StaticFile {
  let made: StaticFile | undefined
  return () => {
    made ??= file()
    return made
  }
}

/** A page, from its HTML. */
export const htmlFile = (html: string): (() => StaticFile) =>
  once(() => fileOf('text/html; charset=utf-8', gzipSync(html)))

/** What the build put beside the function (bin/build/assets.ts). Throws where it is missing. */
export const fileBeside = (folder: string, name: string, type: string): (() => StaticFile) =>
  once(() => fileOf(type, readFileSync(join(folder, `${name}.gz`))))

/**
 * A page loads scripts and styles of this very API, calls nothing else, and stands in no frame. The
 * viewer sets styles by attributes and draws its icons from `data:`.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** 200 with the file, packed where the client accepts gzip; 304 where the client has it. */
export function fileResponse(headers: Record<string, string>, file: StaticFile): HttpResponse {
  const common = {
    ETag: file.etag,
    Vary: 'Accept-Encoding',
    'Cache-Control': 'public, max-age=300',
  }
  if (isKnown(headers['if-none-match'], file.etag)) return { status: 304, headers: common }
  // The gateway turns base64 into bytes only for a client that sends `Accept`.
  const packed = headers.accept !== undefined && acceptsGzip(headers['accept-encoding'])
  return {
    status: 200,
    headers: {
      ...common,
      'Content-Type': file.type,
      ...(packed ? { 'Content-Encoding': 'gzip' } : {}),
      ...(file.type.startsWith('text/html') ? { 'Content-Security-Policy': policy } : {}),
    },
    ...(packed
      ? { base64: file.gzip.toString('base64') }
      : { text: gunzipSync(file.gzip).toString() }),
  }
}
