import { type Client, errors } from '@opensearch-project/opensearch'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Criteria } from '../search/criteria.ts'
import type { FoundHits, WantedHits } from '../search/hits.ts'
import { circuitOf } from './circuit.ts'
import type { IndexNames } from './mapping.ts'
import { findInIndex } from './query.ts'

/** The search in OpenSearch, which may be away. */
export interface IndexSearch {
  /** False where none is configured, or it has been away for so long that it is not tried. */
  available(): boolean
  /** Undefined where it did not respond, or not completely: MySQL has to search. */
  find(criteria: Criteria, wanted: WantedHits): Promise<FoundHits | undefined>
}

/**
 * The search behind `client` (undefined: no index). Whatever goes wrong there is logged, and MySQL
 * searches instead.
 */
export function indexSearchOf(
  client: Client | undefined,
  clock: Clock,
  log: Log,
  names?: IndexNames,
): IndexSearch {
  if (!client) return { available: () => false, find: async () => undefined }
  const circuit = circuitOf(clock)
  return {
    available: () => !circuit.isOpen(),
    async find(criteria, wanted) {
      try {
        const found = await findInIndex(client, criteria, wanted, names)
        circuit.succeeded()
        return found
      } catch (error) {
        // A response, even a refusal such as 404 for an index that is being filled, comes at once,
        // so the next search may try again.
        const status = error instanceof errors.ResponseError ? error.statusCode : undefined
        if (status === undefined || status >= 500) circuit.failed()
        log('search_by_mysql', { error: error instanceof Error ? error.name : 'unknown', status })
        return undefined
      }
    },
  }
}
