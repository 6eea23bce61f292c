import type { Client } from '@opensearch-project/opensearch'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DocumentSource, documentSource } from '../../../functions/audit/documents.ts'
import { clock } from '../../../functions/clients/clock.ts'
import { indexOf } from '../../../functions/opensearch/bulk.ts'
import type { IndexNames } from '../../../functions/opensearch/mapping.ts'
import { findInIndex } from '../../../functions/opensearch/query.ts'
import { refillStateOf } from '../../../functions/opensearch/refill-state.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { chatParent, parentKey } from '../../../functions/protocol/model/parent.ts'
import type { Index, MessageKey } from '../../../functions/protocol/ports/stores.ts'
import type { Criteria } from '../../../functions/search/criteria.ts'
import type { Hit, Place, WantedHits } from '../../../functions/search/hits.ts'
import { type MemoryIndex, memoryIndex } from '../../simulation/stores/opensearch.ts'
import { newToken } from '../changes.ts'
import { searchClient } from '../search/engines.ts'
import { type Asked, chats, everywhere, type IndexStep, indexSteps } from './index-steps.ts'

// The index of the simulation is right when no sequence of bulks, refreshes and searches makes it
// differ from OpenSearch.
let client: Client
let names: IndexNames
let real: Index
let audited: DocumentSource
beforeAll(async () => {
  const found = searchClient()
  client = found.client
  names = found.names
  real = indexOf(client, clock, { names, timeoutMs: 20_000 })
  audited = documentSource(searching(names.index))
  const care = refillStateOf(client, names)
  await care.read()
  await care.complete()
  // Only the steps refresh it, so that both engines begin to show a document at the same step.
  await client.indices.putSettings({
    index: names.index,
    body: { index: { refresh_interval: '-1' } },
  })
})
afterAll(async () => {
  await client.indices.delete({ index: names.index, ignore_unavailable: true })
  await client.close()
})

/**
 * A client that searches in this index whatever index it is asked for: the audit's code names
 * production's.
 */
const searching = (index: string): Client =>
  new Proxy(client, {
    get: (of, property) =>
      property === 'search'
        ? (request: object, options: object) => of.search({ ...request, index }, options)
        : Reflect.get(of, property),
  })

/**
 * One sequence of steps on both. It has applications of its own, of which the real index holds
 * nothing at first.
 */
interface Run {
  memory: MemoryIndex
  /** Refreshes the index in memory: what was given to it is found from now on. */
  refreshMemory(): void
  keyOf(app: string): string
  /** The cursors of all hits so far. */
  places: Record<Criteria['order'], Place[]>
}

function newRun(): Run {
  const held: (() => void)[] = []
  const prefix = newToken()
  return {
    memory: memoryIndex((refresh) => held.push(refresh)),
    refreshMemory() {
      for (const refresh of held.splice(0)) refresh()
    },
    keyOf: (app) => appKey(`${prefix}${app}`),
    places: { newest: [], best: [] },
  }
}

async function refreshBoth({ refreshMemory }: Run): Promise<void> {
  await client.indices.refresh({ index: names.index })
  refreshMemory()
}

/**
 * Compares what a search finds: total, numbers, rows, and scores, which are 0 where they do not
 * decide.
 */
async function searchBoth(
  { memory, keyOf }: Run,
  criteria: Criteria,
  named: WantedHits,
): Promise<Hit[]> {
  const wanted = { ...named, app: keyOf(named.app) }
  const theirs = await findInIndex(client, criteria, wanted, names)
  const asked = JSON.stringify({ criteria, ...named, without: [...named.without] })
  expect(
    memory.find(criteria, wanted),
    `the simulation, beside OpenSearch, asked ${asked}`,
  ).toEqual(theirs)
  return theirs.hits
}

async function searchFor(run: Run, { criteria, wanted, after }: Asked): Promise<void> {
  const places = run.places[criteria.order]
  const place = after === undefined ? undefined : places[after % places.length]
  places.push(...(await searchBoth(run, criteria, { ...wanted, after: place })))
}

/** Compares everything that both show, of every chat and in each order. */
async function showBoth(run: Run): Promise<void> {
  const all = { limit: 100, after: undefined, without: new Set<number>() }
  for (const order of ['newest', 'best'] as const) {
    const criteria = { terms: [everywhere], order }
    const found = await Promise.all(
      chats.map((chat) => searchBoth(run, criteria, { ...chat, ...all })),
    )
    run.places[order].push(...found.flat())
  }
}

async function take(run: Run, step: IndexStep): Promise<void> {
  if (step.kind === 'search') {
    for (const asked of step.searches) await searchFor(run, asked)
    return
  }
  if (step.kind === 'refresh') await refreshBoth(run)
  else {
    const messages = step.messages.map((one) => ({ ...one, app: run.keyOf(one.app) }))
    const theirs = await real.bulk(messages)
    expect(run.memory.bulk(messages), 'outcomes, beside those of OpenSearch').toEqual(theirs)
  }
  await showBoth(run)
}

/** Keys and revs, as the audit compares them with the rows. */
const versions = (documents: Iterable<MessageKey & { rev: number }>) =>
  Array.from(documents, ({ app, chat, number, rev }) => [
    parentKey(chatParent(app, chat)),
    number,
    rev,
  ]).toSorted()

/**
 * Compares what the invariants of the simulation see with what the audit of a live system would.
 */
async function auditBoth(run: Run, before: number): Promise<void> {
  await refreshBoth(run)
  const { documents } = run.memory
  const theirs = await audited.of(
    chats.map(({ app, chat }) => parentKey(chatParent(run.keyOf(app), chat))),
  )
  expect(versions(documents.values()), 'documents, beside the audit').toEqual(versions(theirs))
  expect(documents.size).toBe((await audited.total()) - before)
}

async function agree(steps: IndexStep[]): Promise<void> {
  const run = newRun()
  await refreshBoth(run)
  const before = await audited.total()
  for (const step of steps) await take(run, step)
  await auditBoth(run, before)
  await showBoth(run)
}

test('the simulated index does as the real one does, whatever bulks, refreshes and searches come', async () => {
  await fc.assert(fc.asyncProperty(indexSteps, agree), { seed: 20_260_105, numRuns: 60 })
})
