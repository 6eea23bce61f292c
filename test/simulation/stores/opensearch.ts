import { documentId } from '../../../functions/opensearch/document.ts'
import type { IndexOutcome, StoredMessage } from '../../../functions/protocol/ports/stores.ts'
import type { Criteria } from '../../../functions/search/criteria.ts'
import { type FoundHits, pickHits, type WantedHits } from '../../../functions/search/hits.ts'
import { scorerOf } from '../../../functions/search/score.ts'

/**
 * OpenSearch in memory: documents by name, the newest rev of each; a search sees what has been
 * refreshed.
 */
export interface MemoryIndex {
  documents: ReadonlyMap<string, StoredMessage>
  bulk(messages: StoredMessage[]): IndexOutcome[]
  find(criteria: Criteria, wanted: WantedHits): FoundHits
}

/** What a search finds among messages, by production's own score and order, without any index. */
export function findAmong(
  messages: Iterable<StoredMessage>,
  criteria: Criteria,
  wanted: WantedHits,
): FoundHits {
  const scoreOf = scorerOf(criteria)
  const hits = [...messages].flatMap(({ app, chat, ...row }) => {
    const { number, value } = row
    if (app !== wanted.app || chat !== wanted.chat || wanted.without.has(number)) return []
    const score = value.deleted_at === null ? scoreOf(value) : 0
    return score > 0 ? [{ row, number, score: criteria.order === 'best' ? score : 0 }] : []
  })
  return { total: hits.length, hits: pickHits(hits, criteria.order, wanted.after, wanted.limit) }
}

/**
 * An empty index. `later` is called with each refresh that is to come, and runs it at a time of its
 * choice; until then searches see what was there before.
 */
export function memoryIndex(later: (refresh: () => void) => void): MemoryIndex {
  const documents = new Map<string, StoredMessage>()
  const shown = new Map<string, StoredMessage>()
  const refresh = (name: string) => {
    const document = documents.get(name)
    if (document) shown.set(name, document)
  }
  return {
    documents,
    bulk: (messages) =>
      messages.map((message) => {
        const name = documentId(message)
        const old = documents.get(name)
        // An older version changes nothing, and is done: external versions.
        if (!old || old.rev < message.rev) documents.set(name, message)
        later(() => refresh(name))
        return 'done'
      }),
    find: (criteria, wanted) => findAmong(shown.values(), criteria, wanted),
  }
}
