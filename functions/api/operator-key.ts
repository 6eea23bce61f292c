import { createHash, timingSafeEqual } from 'node:crypto'
import { optionalEnv } from '../clients/env.ts'
import { unauthorized } from '../problems/problem.ts'

/**
 * Whether the bearer's key hashes to one of `hashes` (hex SHA-256, comma-separated; two while a key
 * is rotated).
 */
export function isOperator(authorization: string | undefined, hashes: string): boolean {
  const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (key === undefined) return false
  const given = createHash('sha256').update(key).digest()
  return hashes
    .split(',')
    .map((hash) => Buffer.from(hash.trim(), 'hex'))
    .filter((hash) => hash.length === given.length)
    .some((hash) => timingSafeEqual(hash, given))
}

/**
 * In the place of hashes: there is no key, and nobody is let in without one. Listing, where
 * creating is open to anybody.
 */
const nobody = 'none'

/** Throws 401 unless the request carries the operator's key, where one is set. */
export function requireOperator(authorization: string | undefined): void {
  const hashes = optionalEnv('OPERATOR_KEY_SHA256')
  if (hashes === nobody) {
    throw unauthorized(
      "listing applications needs an operator's key, and this API has none: it is open to creates alone",
    )
  }
  if (hashes && !isOperator(authorization, hashes)) {
    throw unauthorized(
      'creating and listing applications needs the header Authorization: Bearer <operator key>',
    )
  }
}
