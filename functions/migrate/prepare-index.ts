import type { Client } from '@opensearch-project/opensearch'
import { createIndex } from '../opensearch/mapping.ts'
import type { Log } from '../protocol/ports/log.ts'

/**
 * Makes the index if it is missing, so that a first deploy can be searched at once. Never rejects:
 * while OpenSearch is away a deploy must be possible, MySQL searches, and reindex makes the index
 * within a minute of its return (opensearch/refill-state.ts).
 */
export async function prepareIndex(
  client: Client,
  log: Log,
  make: (client: Client) => Promise<boolean> = createIndex,
): Promise<void> {
  try {
    log('index_ready', { made: await make(client) })
  } catch (error) {
    log('index_left_to_reindex', { error: error instanceof Error ? error.name : 'unknown' })
  }
}
