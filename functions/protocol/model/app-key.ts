import { createHash } from 'node:crypto'

/**
 * The internal key of an application, which keys, message groups, the index and logs have in the
 * place of its token.
 */
export const appKey = (token: string): string =>
  createHash('sha256').update(token).digest('hex').slice(0, 32)
