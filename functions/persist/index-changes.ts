import { type Change, isBelow } from '../protocol/model/reservation.ts'
import type { Log } from '../protocol/ports/log.ts'
import type { Index, Outbox, StoredMessage } from '../protocol/ports/stores.ts'

interface Ports {
  index: Index
  outbox: Outbox
  log: Log
}

/** The messages among the changes, of each number the newest rev. */
function documentsOf(changes: Change[]): StoredMessage[] {
  const newest = new Map<string, StoredMessage>()
  for (const change of changes) {
    if (!isBelow('chat', change)) continue
    const { number, rev, rid, act, value } = change
    const { app, chat } = change.parent
    const name = `${app}#${chat}#${number}`
    if ((newest.get(name)?.rev ?? 0) > rev) continue
    newest.set(name, {
      app,
      chat,
      number,
      rid: act === 'create' ? rid : null,
      rev,
      count: 0,
      value,
    })
  }
  return [...newest.values()]
}

/**
 * Gives the stored messages to the index and notes in their rows what it has taken. All else stays
 * in the outbox for reindex, and searches look at it there; also when this fails. A document that
 * is refused here is only logged. Reindex offers it once more; if it is refused there, too, reindex
 * counts it for the alarm, and marks it, so that it is not offered for ever.
 */
export async function indexChanges({ index, outbox, log }: Ports, stored: Change[]): Promise<void> {
  const documents = documentsOf(stored)
  if (documents.length === 0) return
  const outcomes = await index.bulk(documents)
  const refused = outcomes.filter((outcome) => outcome === 'refused').length
  if (refused > 0) log('index_refused_once', { documents: refused })
  const taken = documents.filter((_, i) => outcomes[i] === 'done')
  if (taken.length > 0) await outbox.markIndexed(taken)
}
