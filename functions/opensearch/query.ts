import type { Client } from '@opensearch-project/opensearch'
import * as v from 'valibot'
import { codePoints } from '../kinds/text.ts'
import type { Criteria } from '../search/criteria.ts'
import {
  type FoundHits,
  fittingHits,
  type Hit,
  hitsPerRequest,
  type WantedHits,
} from '../search/hits.ts'
import { within } from './deadline.ts'
import { chatKey, rowOf } from './document.ts'
import { messagesIndex as current, type IndexNames } from './mapping.ts'

/** `index.max_terms_count`: OpenSearch refuses more in one clause. */
const maxTerms = 65_536
/** For one request of a search. */
const requestMs = 1_500
/** For all requests of one search, so that MySQL still has the time to search instead. */
const allMs = 3_000

/**
 * The query for a folded term. Up to three code points are one gram, which is looked up whole; more
 * are a phrase of trigrams.
 */
function contains(term: string) {
  const length = codePoints(term)
  return length <= 3
    ? { term: { [`body.g${length}`]: term } }
    : { match_phrase: { 'body.g3': term } }
}

const range = (from: number | undefined, to: number | undefined) => {
  const gte = from === undefined ? {} : { gte: `${from}` }
  const lt = to === undefined ? {} : { lt: `${to}` }
  const none = from === undefined && to === undefined
  return none ? [] : [{ range: { created_at: { ...gte, ...lt, format: 'epoch_millis' } } }]
}

/** The numbers that are the overlay's, in clauses of at most `maxTerms`. */
function excluding(numbers: number[]) {
  const clauses = []
  for (let at = 0; at < numbers.length; at += maxTerms) {
    clauses.push({ terms: { number: numbers.slice(at, at + maxTerms) } })
  }
  return clauses
}

/** The body of the search request. It asks for scores only where they decide the order. */
function searchBody(criteria: Criteria, wanted: WantedHits) {
  const { order, sender, from, to } = criteria
  const terms = criteria.terms.map(contains)
  const filter = [
    { term: { chat: chatKey(wanted.app, wanted.chat) } },
    { term: { deleted: false } },
    ...(sender === undefined ? [] : [{ term: { sender } }]),
    ...range(from, to),
  ]
  const must_not = excluding([...wanted.without])
  const best = order === 'best'
  const { after } = wanted
  return {
    query: {
      bool: best ? { must: terms, filter, must_not } : { filter: [...filter, ...terms], must_not },
    },
    sort: [...(best ? [{ _score: 'desc' as const }] : []), { number: 'desc' as const }],
    ...(after === undefined
      ? {}
      : { search_after: best ? [after.score, after.number] : [after.number] }),
    size: wanted.limit,
    track_total_hits: true,
    _source: ['number', 'value'],
  }
}

const wholeResponse = v.object({
  timed_out: v.literal(false),
  _shards: v.object({ failed: v.literal(0) }),
  hits: v.object({
    total: v.object({ value: v.number(), relation: v.literal('eq') }),
    hits: v.array(v.object({ _source: v.unknown(), sort: v.array(v.number()) })),
  }),
})

/**
 * The hits in OpenSearch. Searches are routed, for one chat is in one shard. `search_after` goes on
 * behind a place at any depth, where `from` would end at 10,000. Many hits are asked for in parts,
 * so that thousands of long bodies are never held at once.
 *
 * Throws the client's errors; a DeadlineExceeded after 1.5 s (`partMs`) of one part or 3 s of all;
 * a ValiError
 * for a response that is not whole because a shard failed, for half of the hits would be a wrong
 * result. An index that is missing or still being filled has no such alias: that is a ResponseError
 * of 404, and so is a search by `best` in an index without our scores.
 */
export async function findInIndex(
  client: Client,
  criteria: Criteria,
  wanted: WantedHits,
  names: IndexNames = current,
  partMs: number = requestMs,
): Promise<FoundHits> {
  const end = performance.now() + allMs
  const hits = new Map<number, Hit>()
  let total: number | undefined
  for (let after = wanted.after; ; ) {
    const limit = Math.min(wanted.limit - hits.size, hitsPerRequest)
    const ms = Math.max(1, Math.min(partMs, end - performance.now()))
    const part = await findPart(client, criteria, { ...wanted, after, limit }, names, ms)
    total ??= part.total
    // By `best` a message that was edited in between may come a second time, by its new score.
    for (const hit of part.hits) if (!hits.has(hit.number)) hits.set(hit.number, hit)
    after = part.hits.at(-1)
    const found = [...hits.values()]
    const some = fittingHits(found)
    const isAll = part.hits.length < limit || found.length >= wanted.limit
    if (isAll || some.length < found.length) return { total, hits: some }
  }
}

async function findPart(
  client: Client,
  criteria: Criteria,
  wanted: WantedHits,
  names: IndexNames,
  ms: number,
): Promise<FoundHits> {
  const call = client.search({
    index: criteria.order === 'best' ? names.scored : names.complete,
    routing: chatKey(wanted.app, wanted.chat),
    allow_partial_search_results: false,
    // The node stops as well. Closing the connection says so too, unless something lies between.
    cancel_after_time_interval: `${Math.ceil(ms)}ms`,
    body: searchBody(criteria, wanted),
  })
  const { hits } = v.parse(wholeResponse, (await within(ms, call)).body)
  return {
    total: hits.total.value,
    hits: hits.hits.map(({ _source, sort }) => {
      const row = rowOf(_source)
      return { row, number: row.number, score: criteria.order === 'best' ? (sort[0] ?? 0) : 0 }
    }),
  }
}
