import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { isKnown } from '../api/etags.ts'
import type { HttpResponse } from '../api/http-response.ts'

/** A page or one of its files: packed, with its media type. */
export interface PackedFile {
  type: string
  gzip: Buffer
  etag: string
}

const fileOf = (type: string, gzip: Buffer): PackedFile => ({
  type,
  gzip,
  etag: `"${createHash('sha256').update(gzip).digest('base64url').slice(0, 22)}"`,
})
export const htmlFile = (html: string): PackedFile =>
  fileOf('text/html; charset=utf-8', gzipSync(html))

/**
 * What the build put beside the function (bin/build/assets.ts), read once. Throws where it is missing.
 */
export function fileBeside(folder: string, name: string, type: string): () => PackedFile {
  let read: PackedFile | undefined
  return () => {
    read ??= fileOf(type, readFileSync(join(folder, `${name}.gz`)))
    return read
  }
}

/**
 * Scripts, styles and calls of this very API and of nothing else; in no other site's frame. The
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

const acceptsGzip = (header = ''): boolean =>
  header.split(',').some((each) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(each))

/** 200 with the file, packed where the client takes it so; 304 where it has it. */
export function fileResponse(headers: Record<string, string>, file: PackedFile): HttpResponse {
  const common = {
    ETag: file.etag,
    Vary: 'Accept-Encoding',
    'Cache-Control': 'public, max-age=300',
    'X-Content-Type-Options': 'nosniff',
  }
  if (isKnown(headers['if-none-match'], file.etag)) return { status: 304, headers: common }
  // A gateway makes bytes of base64 only for who says by `Accept` that he takes some.
  const packed = headers.accept !== undefined && acceptsGzip(headers['accept-encoding'])
  return {
    status: 200,
    headers: {
      ...common,
      'Content-Type': file.type,
      ...(packed ? { 'Content-Encoding': 'gzip' } : {}),
      ...(file.type.startsWith('text/html')
        ? { 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer' }
        : {}),
    },
    ...(packed
      ? { base64: file.gzip.toString('base64') }
      : { text: gunzipSync(file.gzip).toString() }),
  }
}
