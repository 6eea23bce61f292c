import { type Client, errors } from '@opensearch-project/opensearch'

/**
 * The index and its aliases. `version` is part of every name. Whoever changes the mapping or fold()
 * raises it; then the new code has an index of its own, which reindex makes and fills
 * (functions/reindex).
 *
 * Writers use `write`, so that a bulk can never make an index of guessed types (`require_alias`).
 * Searches use `complete`, an alias that an index gets only once MySQL's outbox lists every row it
 * lacks, so that index and overlay together know all. An index that was lost or made anew is not
 * found by that name, and MySQL searches instead. Searches by `best` use `scored`, which an index
 * gets with `complete` if its scores are ours.
 */
export interface IndexNames {
  index: string
  write: string
  complete: string
  scored: string
}
const version = 1
export const indexNamesOf = (base: string): IndexNames => ({
  index: `${base}-v${version}`,
  write: `${base}-v${version}-write`,
  complete: `${base}-v${version}-complete`,
  scored: `${base}-v${version}-scored`,
})
export const messagesIndex: IndexNames = indexNamesOf('messages')

const sizes = [1, 2, 3] as const
type Gram = (typeof sizes)[number]

/**
 * Every substring of n code points, white space and punctuation included (`token_chars` is empty).
 * The text is folded before it is indexed (search/fold.ts).
 */
const tokenizer = (n: Gram) => ({
  type: 'ngram' as const,
  min_gram: n,
  max_gram: n,
  token_chars: [],
})
const analyzer = (n: Gram) => ({ type: 'custom' as const, tokenizer: `g${n}`, filter: [] })
/**
 * The score is how often the term occurs, and nothing else. So MySQL's search and the overlay can
 * count the same (search/score.ts), and the cursor of a search by `best` does not move when other
 * messages are indexed. The usual BM25 depends on everything in a shard.
 */
const similarity = {
  'similarity.occurrences.type': 'scripted',
  'similarity.occurrences.script.source': 'return doc.freq',
}
/** Terms of one or two characters are looked up whole. Only phrases of trigrams need positions. */
const field = (n: Gram, scored: boolean) => ({
  type: 'text' as const,
  analyzer: `g${n}`,
  ...(scored ? { similarity: 'occurrences' } : {}),
  norms: false,
  index_options: n === 3 ? ('positions' as const) : ('freqs' as const),
})
const perSize = <T>(make: (n: Gram) => T): Record<string, T> =>
  Object.fromEntries(sizes.map((n) => [`g${n}`, make(n)]))

const settingsOf = (scored: boolean) => ({
  number_of_shards: 3,
  auto_expand_replicas: '0-1',
  // The default refreshes only shards that are searched. The overlay of a search goes back 10 s and
  // no further, so all must be.
  refresh_interval: '1s',
  ...(scored ? similarity : {}),
  analysis: {
    tokenizer: perSize(tokenizer),
    analyzer: perSize(analyzer),
  },
})
const mappingsOf = (scored: boolean) => ({
  dynamic: 'strict' as const,
  // The folded body says nothing that `value` does not: it is not kept twice.
  _source: { excludes: ['body'] },
  properties: {
    chat: { type: 'keyword' as const },
    number: { type: 'long' as const },
    deleted: { type: 'boolean' as const },
    sender: { type: 'keyword' as const },
    created_at: { type: 'date' as const, format: 'strict_date_time' },
    body: {
      type: 'text' as const,
      index: false,
      norms: false,
      fields: perSize((n) => field(n, scored)),
    },
    // The row as JSON text, returned and never searched, for metadata may have any names and depth.
    value: { type: 'keyword' as const, index: false, doc_values: false },
  },
})

/**
 * Makes the index, empty and not yet complete, unless it is there. Returns whether this call made
 * it. One request makes index and alias, so that of parallel callers one makes both and the others
 * find both. Throws the client's errors.
 *
 * A domain that allows no scripts cannot have our scores. Its index is made without them and never
 * gets the alias `scored`: MySQL does the searches by `best` there, right but slower, and the index
 * all others.
 */
export async function createIndex(
  client: Client,
  names: IndexNames = messagesIndex,
): Promise<boolean> {
  try {
    return await create(client, names, true)
  } catch (error) {
    if (!refusesScripts(error)) throw error
    return create(client, names, false)
  }
}

/**
 * As long as OpenSearch itself tries. The client's usual time is too short for a node that has just
 * started on a busy machine, and a failure here fails the deploy.
 */
const createMs = 30_000

async function create(client: Client, names: IndexNames, scored: boolean): Promise<boolean> {
  try {
    const body = {
      settings: settingsOf(scored),
      mappings: mappingsOf(scored),
      aliases: { [names.write]: {} },
    }
    await client.indices.create({ index: names.index, body }, { requestTimeout: createMs })
    return true
  } catch (error) {
    if (hasType(error, 'resource_already_exists_exception')) return false
    throw error
  }
}

/**
 * OpenSearch's words differ by version: an unknown type of similarity, or one of the ways to say
 * that scripts are off.
 */
const refusesScripts = (error: unknown): boolean =>
  error instanceof errors.ResponseError &&
  error.statusCode === 400 &&
  /similarity|script/i.test(JSON.stringify(error.body))

/** Whether it is OpenSearch's error of this type. */
const hasType = (error: unknown, type: string): boolean =>
  error instanceof errors.ResponseError && error.body?.error?.type === type
