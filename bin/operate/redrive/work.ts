import type { SQSClient } from '@aws-sdk/client-sqs'
import { parentKey } from '../../../functions/protocol/model/parent.ts'
import type { Queue } from '../../../functions/protocol/ports/queue.ts'
import type { Table } from '../../../functions/protocol/ports/table.ts'
import { bar, progressOn } from '../../cli/progress.ts'
import type { Asked, Command } from './asked.ts'
import { type Held, removeHeld } from './held-messages.ts'
import { sendHeldAgain, stateOf } from './send-again.ts'

/** What the commands work with. `from` is the URL of the queue that holds the messages. */
interface Work {
  client: SQSClient
  from: string
  table: Table
  queue: Queue
  /** Aborted by Ctrl-C: what is begun is finished, and nothing more is begun. */
  signal: AbortSignal
}

/** One line of a message; nothing of its body. */
function lineOf({ id, at, reason, reservation: of }: Held): string {
  const more = of && of.values.length > 1 ? ` and ${of.values.length - 1} more` : ''
  const what = of
    ? `${of.act} ${parentKey(of.parent)}/${of.number}${more} rev ${of.rev}`
    : 'unknown'
  return `${id}  ${new Date(at).toISOString()}  ${reason}  ${what}`
}

/** Prints the messages, as much of each as was asked for. */
export async function describeEach(
  { table, signal }: Work,
  { command, showBody }: Asked,
  chosen: Held[],
): Promise<void> {
  for (const one of chosen) {
    if (signal.aborted) return
    console.log(lineOf(one))
    if (command !== 'list')
      console.log(`    rid ${one.reservation?.rid ?? '-'}, ${await stateOf(table, one)}`)
    if (showBody) console.log(`    ${one.body}`)
  }
}

/**
 * Takes the messages out of their queue, one after the other: `drop` removes them, `resend` sends
 * them again first. `takenOut` is called with each.
 */
export async function takeOutEach(
  work: Work,
  command: Command,
  chosen: Held[],
  takenOut: (one: Held) => void,
): Promise<void> {
  const progress = progressOn()
  const started = performance.now()
  let done = 0
  for (const one of chosen) {
    if (work.signal.aborted) break
    if (command === 'drop' || (await sendHeldAgain(work, one, Date.now()))) {
      await removeHeld(work.client, work.from, one)
      takenOut(one)
      done += 1
    } else console.log(`${one.id}: is no envelope, it would come back at once`)
    progress.show(() => bar(done, chosen.length, (performance.now() - started) / 1000))
  }
  progress.end()
  console.log(`${done} ${command === 'drop' ? 'dropped' : 'sent again'}`)
}
