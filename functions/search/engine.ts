import { type Client, errors } from '@opensearch-project/opensearch'
import type { Clock, Log } from '../protocol/ports.ts'
import { circuitOf } from './circuit.ts'
import type { Criteria } from './criteria.ts'
import type { Names } from './mapping.ts'
import type { Found, Wanted } from './page.ts'
import { findInIndex } from './query.ts'

/** The search in OpenSearch, which may be away. */
export interface IndexSearch {
  /** False: not configured, or away for so long that it is not tried. */
  available(): boolean
  /** Undefined: it did not answer, or not with everything; MySQL must. */
  find(criteria: Criteria, wanted: Wanted): Promise<Found | undefined>
}

/**
 * The search behind `client` (undefined: no index). Whatever goes wrong there is logged, and
 * MySQL's to answer.
 */
export function indexSearchOf(
  client: Client | undefined,
  clock: Clock,
  log: Log,
  names?: Names,
): IndexSearch {
  if (!client) return { available: () => false, find: async () => undefined }
  const circuit = circuitOf(clock)
  return {
    available: () => !circuit.open(),
    async find(criteria, wanted) {
      try {
        const found = await findInIndex(client, criteria, wanted, names)
        circuit.succeeded()
        return found
      } catch (error) {
        // An answer, even a refusal such as 404 for an index that is being filled, comes at once:
        // worth the next try.
        const status = error instanceof errors.ResponseError ? error.statusCode : undefined
        if (status === undefined || status >= 500) circuit.failed()
        log('search by MySQL', { error: error instanceof Error ? error.name : 'unknown', status })
        return undefined
      }
    },
  }
}
