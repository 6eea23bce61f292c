import type { Client } from '@opensearch-project/opensearch'
import * as v from 'valibot'
import type { MessageKey } from '../protocol/ports/stores.ts'
import { createIndex, messagesIndex as current, type IndexNames } from './mapping.ts'

/**
 * How far the refill of an index that was made anew has come. The index itself remembers it, in its
 * mapping's `_meta`, so that it is lost together with the index.
 */
interface Progress {
  complete: boolean
  /** The rows up to this key are in the outbox again; undefined: none is. */
  after: MessageKey | undefined
  /** When the index was made, milliseconds since 1970. */
  madeMs: number
}

/** What reindex needs of the index itself. Each call throws the client's errors. */
export interface RefillState {
  /** How far the refill has come. Makes the index if it is missing. */
  read(): Promise<Progress>
  remember(after: MessageKey): Promise<void>
  complete(): Promise<void>
  /** The index is not complete any more: everything is to be indexed again. */
  restart(): Promise<void>
}

const mapping = v.object({
  mappings: v.object({
    _meta: v.optional(
      v.object({
        after: v.optional(v.object({ app: v.string(), chat: v.number(), number: v.number() })),
      }),
    ),
  }),
  settings: v.object({
    index: v.object({
      creation_date: v.pipe(v.string(), v.transform(Number)),
      similarity: v.optional(v.unknown()),
    }),
  }),
  aliases: v.record(v.string(), v.unknown()),
})

/** See RefillState; `names` are the index and its aliases. */
export function refillStateOf(client: Client, names: IndexNames = current): RefillState {
  const { index } = names
  const meta = (after: MessageKey | undefined) =>
    client.indices.putMapping({
      index,
      body: { _meta: after === undefined ? {} : { after: keyOf(after) } },
    })
  const get = async () => v.parse(mapping, (await client.indices.get({ index })).body[index])
  const aliasesOf = (scored: boolean) =>
    scored ? [names.complete, names.scored] : [names.complete]
  return {
    async read() {
      await createIndex(client, names)
      const { mappings, settings, aliases } = await get()
      return {
        complete: aliasesOf('similarity' in settings.index).every((alias) => alias in aliases),
        after: mappings._meta?.after,
        madeMs: settings.index.creation_date,
      }
    },
    async remember(after) {
      await meta(after)
    },
    async complete() {
      const { settings } = await get()
      const actions = aliasesOf('similarity' in settings.index).map((alias) => ({
        add: { index, alias },
      }))
      await client.indices.updateAliases({ body: { actions } })
    },
    // The key goes first: a kill between the two leaves an index that is still complete, not one
    // whose refill goes on in the middle.
    async restart() {
      await meta(undefined)
      const actions = aliasesOf(true).map((alias) => ({
        remove: { index, alias, must_exist: false },
      }))
      await client.indices.updateAliases({ body: { actions } })
    },
  }
}

const keyOf = ({ app, chat, number }: MessageKey): MessageKey => ({ app, chat, number })
