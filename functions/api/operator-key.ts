import { createHash, timingSafeEqual } from 'node:crypto'
import { optionalEnv } from '../clients/env.ts'
import { unauthorized } from '../problems/problem.ts'
import { givenOnce } from './read-headers.ts'

/** The bearer's header where equal copies of it were sent, too. Throws 400 where they differ. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer /i.test(authorization ?? '')
    ? givenOnce('Authorization', authorization ?? '')
    : authorization

/**
 * Whether the hash of the bearer's key is one of `hashes` (SHA-256 in hex, separated by commas;
 * there are two while a key is being changed).
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
 * What a deploy sets in the place of hashes where nobody has a key and a key is needed: for listing
 * applications, where anybody may create them.
 */
const nobody = 'none'

/** Throws 401 unless the request has the operator's key, where OPERATOR_KEY_SHA256 is set. */
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
