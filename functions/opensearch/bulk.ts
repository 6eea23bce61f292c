import type { Client } from '@opensearch-project/opensearch'
import * as v from 'valibot'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Index, IndexOutcome, StoredMessage } from '../protocol/ports/stores.ts'
import { circuitOf } from './circuit.ts'
import { within } from './deadline.ts'
import { chatKey, documentId, documentOf } from './document.ts'
import { messagesIndex as current, type IndexNames } from './mapping.ts'

/** Below the 10 MB that the smaller domains on AWS take in one request. */
const bulkBytes = 4 * 1024 * 1024

const bulkResponse = v.object({
  items: v.array(v.object({ index: v.object({ status: v.number() }) })),
})

interface Options {
  names?: IndexNames
  timeoutMs?: number
  log?: Log
}

/**
 * The index of the messages behind `client` (undefined: none is configured, everything is `later`).
 * A bulk has one second (`timeoutMs`) and one attempt: persist's batch must not wait for the index,
 * and what the index missed is in the outbox. After three failures in a row nothing is tried for
 * 30 s, so that a node that drops packets does not cost every batch its second.
 *
 * A bulk that takes too long counts as a failure, whosever messages are in it and whether or not
 * the node answers a ping, other than a search (index-search.ts): while the circuit is open nobody
 * is refused anything, for reindex gives the index what it missed, and searches look at it
 * themselves. If it did not count, a slow node would hold every batch of persist, and with it all
 * chats, for a second.
 */
export function indexOf(client: Client | undefined, clock: Clock, options: Options = {}): Index {
  const { names = current, timeoutMs = 1_000, log } = options
  const circuit = circuitOf(clock)
  const send = async (messages: StoredMessage[]): Promise<IndexOutcome[]> => {
    if (!client || circuit.isOpen()) return messages.map(() => 'later')
    try {
      const outcomes = await bulk(client, names, messages, timeoutMs)
      circuit.succeeded()
      return outcomes
    } catch (error) {
      log?.('index_away', { error: error instanceof Error ? error.name : 'unknown' })
      // Nothing is lost: each is `later`, and the rows stay in the outbox until the index has them.
      await circuit.failed()
      return messages.map(() => 'later')
    }
  }
  return {
    async bulk(messages) {
      const outcomes: IndexOutcome[] = []
      for (const chunk of chunks(messages)) outcomes.push(...(await send(chunk)))
      return outcomes
    },
  }
}

/**
 * One request. The version is the message's rev, and external: the index keeps the greatest,
 * whatever order they come in. The write alias is required, so that OpenSearch does not make a
 * missing index of guessed types: its items are 404.
 */
async function bulk(
  client: Client,
  names: IndexNames,
  messages: StoredMessage[],
  ms: number,
): Promise<IndexOutcome[]> {
  const body = messages.flatMap((message) => [
    {
      index: {
        _id: documentId(message),
        routing: chatKey(message.app, message.chat),
        version: message.rev,
        version_type: 'external',
      },
    },
    documentOf(message),
  ])
  const response = await within(ms, client.bulk({ index: names.write, require_alias: true, body }))
  const { items } = v.parse(bulkResponse, response.body)
  return messages.map((_, at) => outcome(items[at]?.index.status))
}

/**
 * 409: the index has this rev or a newer one. 400: it will never take this document. Everything
 * else may pass.
 */
function outcome(status: number | undefined): IndexOutcome {
  if (status === 409 || (status !== undefined && status >= 200 && status < 300)) return 'done'
  return status === 400 ? 'refused' : 'later'
}

/**
 * The messages in requests of about `bulkBytes` at most. Each body is sent twice, folded and as it
 * is.
 */
function chunks(messages: StoredMessage[]): StoredMessage[][] {
  const found: StoredMessage[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const message of messages) {
    const size = 512 + 2 * Buffer.byteLength(JSON.stringify(message.value))
    if (bytes + size > bulkBytes) {
      found.push([])
      bytes = 0
    }
    bytes += size
    found.at(-1)?.push(message)
  }
  return found
}
