import { createHash } from 'node:crypto'

/**
 * The internal key of an application: keys, groups, the index and logs carry it instead of the
 * token.
 */
export const appKey = (token: string): string =>
  createHash('sha256').update(token).digest('hex').slice(0, 32)
