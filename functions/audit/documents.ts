import type { Client } from '@opensearch-project/opensearch'
import * as v from 'valibot'
import { messagesIndex } from '../opensearch/mapping.ts'
import { type Parent, parseParent } from '../protocol/model/parent.ts'
import type { Snapshot } from './snapshot.ts'

export type Documents = NonNullable<Snapshot['documents']>
/** The search index, as the audit reads it. */
export interface DocumentSource {
  /** All documents of these chats, tombstones included. */
  of(chats: string[]): Promise<Documents>
  /** Of the whole index. */
  total(): Promise<number>
}

/** What one search may answer. */
const pageSize = 10_000

const answer = v.object({
  hits: v.object({
    hits: v.array(v.object({ _version: v.number(), sort: v.tuple([v.string(), v.number()]) })),
  }),
})
const counted = v.object({ hits: v.object({ total: v.object({ value: v.number() }) }) })

/** A message's key, from the chat's. */
function keyOf(chat: string, number: number) {
  const parent: Parent = parseParent(chat)
  if (parent.kind !== 'chat') throw new Error('a document is not of a chat')
  return { app: parent.app, chat: parent.chat, number }
}

/**
 * The documents' keys and versions behind `client`; an index that is missing holds none. Errors are
 * the client's own.
 */
export function documentSource(client: Client): DocumentSource {
  const search = async (body: object) => {
    const request = {
      index: messagesIndex.index,
      ignore_unavailable: true,
      version: true,
      _source: false,
      body,
    }
    return (await client.search(request, { requestTimeout: 30_000 })).body
  }
  return {
    async of(chats) {
      const found: Documents = []
      let after: [string, number] | undefined
      do {
        const { hits } = v.parse(
          answer,
          await search({
            size: pageSize,
            query: { terms: { chat: chats } },
            sort: [{ chat: 'asc' }, { number: 'asc' }],
            ...(after ? { search_after: after } : {}),
          }),
        ).hits
        for (const { _version, sort } of hits) found.push({ ...keyOf(...sort), rev: _version })
        after = hits.length === pageSize ? hits.at(-1)?.sort : undefined
      } while (after)
      return found
    },
    async total() {
      const body = await search({ size: 0, track_total_hits: true })
      return v.parse(counted, body).hits.total.value
    },
  }
}
