import { type Client, errors } from '@opensearch-project/opensearch'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Criteria } from '../search/criteria.ts'
import type { FoundHits, WantedHits } from '../search/hits.ts'
import { circuitOf } from './circuit.ts'
import type { IndexNames } from './mapping.ts'
import { findInIndex } from './query.ts'
import { responds } from './responds.ts'

/** The search in OpenSearch, which may be away. */
export interface IndexSearch {
  /** False where none is configured, or it has been away for so long that it is not tried. */
  available(): boolean
  /** Undefined where it did not respond, or not completely: MySQL has to search. */
  find(criteria: Criteria, wanted: WantedHits): Promise<FoundHits | undefined>
}

interface Options {
  names?: IndexNames
  /** For one request; see findInIndex. */
  timeoutMs?: number
}

/**
 * The search behind `client` (undefined: no index). Whatever goes wrong there is logged, and MySQL
 * searches instead. After three searches in a row that failed, while OpenSearch did not answer a
 * ping either, none is sent for 30 s, so that a node that drops packets does not cost every search
 * its second and a half.
 *
 * The ping decides, because all applications share the circuit: a search that takes too long may be
 * so by what it looks for and where (docs/decisions/0049). It would open the circuit at will, and
 * send everybody's searches to MySQL.
 */
export function indexSearchOf(
  client: Client | undefined,
  clock: Clock,
  log: Log,
  { names, timeoutMs }: Options = {},
): IndexSearch {
  if (!client) return { available: () => false, find: async () => undefined }
  const circuit = circuitOf(clock, () => responds(client))
  return {
    available: () => !circuit.isOpen(),
    async find(criteria, wanted) {
      try {
        const found = await findInIndex(client, criteria, wanted, names, timeoutMs)
        circuit.succeeded()
        return found
      } catch (error) {
        // A response, even a refusal such as 404 for an index that is being filled, comes at once,
        // so the next search may try again.
        const status = error instanceof errors.ResponseError ? error.statusCode : undefined
        if (status === undefined || status >= 500) await circuit.failed()
        log('search_by_mysql', { error: error instanceof Error ? error.name : 'unknown', status })
        return undefined
      }
    },
  }
}
