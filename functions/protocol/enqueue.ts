import { appKey, type Change } from './change.ts'
import { encode } from './envelope.ts'
import { payOwed } from './owed.ts'
import { applicationParent, chatParent, parentKey } from './parent.ts'
import type { Log, Queue, QueueMessage, Table } from './ports.ts'

/** An accept waits this long for SQS, once: the sweep sends what this did not. */
const sendTimeoutMs = 800

/** Persist works through a group in order: a chat and all its messages are one, an application's own events another. */
function groupOf(change: Change): string {
  if (change.parent.kind === 'chat') return parentKey(change.parent)
  if (change.parent.kind === 'application') return parentKey(chatParent(change.parent.app, change.number))
  return 'token' in change.value ? parentKey(applicationParent(appKey(change.value.token))) : 'root'
}

/** The queue message of a change; `sweep` counts the sweep's sends: SQS would drop a repeat with the same id. */
export const toMessage = (change: Change, sweep?: number): QueueMessage => ({
  group: groupOf(change),
  deduplication: sweep === undefined ? change.rid : `${change.rid}:s${sweep}`,
  body: encode(change),
})

/**
 * Step 4: what is owed, then one attempt at the queue. Neither may fail the request, for its number is given out:
 * the sweep and persist pay and send later. Except for what only this can make true now: a new application is found
 * by its HEAD alone, and a delete must refuse creates below at once (P5, P10); these throw.
 */
export async function enqueue(
  ports: { table: Table; queue: Queue; log: Log },
  change: Change,
): Promise<void> {
  const binding = change.parent.kind === 'root' || change.act === 'delete'
  const paid = payOwed(ports.table, change)
  await (binding ? paid : paid.catch((cause) => late(ports.log, 'owed', change, cause)))
  await ports.queue
    .send(toMessage(change), sendTimeoutMs)
    .catch((cause) => late(ports.log, 'send', change, cause))
}

/** Not swallowed but left to the sweep: the REQ is due until persist has settled it. */
function late(log: Log, step: 'owed' | 'send', change: Change, cause: unknown): void {
  const error = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  log('left-to-sweep', {
    step,
    parent: parentKey(change.parent),
    number: change.number,
    rev: change.rev,
    error,
  })
}
