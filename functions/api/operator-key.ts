import { createHash, timingSafeEqual } from 'node:crypto'
import { optionalEnv } from '../clients/env.ts'
import { unauthorized } from '../problems/problem.ts'
import { givenOnce } from './read-headers.ts'

/** The key of a bearer's header; undefined where it is none. */
const keyOf = (authorization: string): string | undefined =>
  /^Bearer[ \t]+(\S+)$/i.exec(authorization.trim())?.[1]

/** A bearer's header in its one spelling: the scheme's case and the spaces say nothing. */
const canonical = (authorization: string): string => {
  const key = keyOf(authorization)
  return key === undefined ? authorization : `Bearer ${key}`
}

/**
 * The bearer's header in one spelling, for the creates of applications are scoped by it; equal
 * copies of it count once. Other headers are left as they are. Throws 400 where the copies differ.
 */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^\s*Bearer\s/i.test(authorization ?? '')
    ? canonical(givenOnce('Authorization', authorization ?? '', canonical))
    : authorization

/**
 * Whether the hash of the bearer's key is one of `hashes` (SHA-256 in hex, separated by commas;
 * there are two while a key is being changed).
 */
export function isOperator(authorization: string | undefined, hashes: string): boolean {
  const key = keyOf(authorization ?? '')
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

/**
 * Throws 401 unless the request has the operator's key, where OPERATOR_KEY_SHA256 is set. The
 * function that lists has the hashes of other keys there than the one that creates, where the
 * deploy sets them apart.
 */
export function requireOperator(authorization: string | undefined): void {
  const hashes = optionalEnv('OPERATOR_KEY_SHA256')
  if (hashes === nobody) {
    throw unauthorized(
      "listing applications needs an operator's key, and this API has none: it is open to creates alone",
    )
  }
  if (hashes && !isOperator(authorization, hashes)) {
    throw unauthorized(
      'creating or listing applications needs the header Authorization: Bearer <operator key>, of a key that may do it',
    )
  }
}
