import { Client } from '@opensearch-project/opensearch'
import { expect, test } from 'vitest'
import { prepareIndex } from '../../functions/migrate/prepare-index.ts'
import type { LogEvent } from '../../functions/protocol/ports/log.ts'

async function prepared(node: string, make?: () => Promise<boolean>) {
  const lines: [LogEvent, unknown][] = []
  const client = new Client({ node, maxRetries: 0 })
  await prepareIndex(client, (event, fields) => void lines.push([event, fields]), make)
  await client.close()
  return lines
}

test('a deploy goes on while OpenSearch is away, and leaves the index to reindex', async () => {
  // The discard port, on which nothing listens.
  expect(await prepared('http://127.0.0.1:9')).toEqual([
    ['index_left_to_reindex', { error: 'ConnectionError' }],
  ])
})

test('an index that could be made is ready', async () => {
  expect(await prepared('http://127.0.0.1:9', async () => true)).toEqual([
    ['index_ready', { made: true }],
  ])
})
