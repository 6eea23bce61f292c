import type { Parent } from '../protocol/model/parent.ts'
import type { Put, Table, Update, Written } from '../protocol/ports/table.ts'
import { type Restored, type RestorePorts, restoreCounters } from './restore-counters.ts'

/** What restoring would change: how much of it, and the first changes in words. */
export interface CountersBehind extends Restored {
  first: string[]
}

/** No person reads more. */
const most = 20

/** An update of protocol/write/raise-head.ts in words. */
function inWords({ UpdateExpression, ExpressionAttributeValues = {} }: Update): string {
  if (UpdateExpression.startsWith('REMOVE')) return 'entries that have settled are removed'
  const [, name] = /^SET #(seq|rev) = /.exec(UpdateExpression) ?? []
  return name
    ? `${name} is at least ${String(ExpressionAttributeValues[`:${name}`])}`
    : 'is deleted'
}

/** A table that is only read. Its writes are noted, and their callers see them as done. */
function dry(table: Table, note: (text: string) => void): Table {
  const refuse = (): never => {
    throw new Error('looking at counters writes nothing')
  }
  const written: Written = { done: true, item: undefined }
  return {
    get: (key) => table.get(key),
    batchGet: (keys) => table.batchGet(keys),
    query: (input) => table.query(input),
    put: async ({ Item }: Put) => {
      note(
        `${String(Item.pk)}: missing, is made with seq ${String(Item.seq)}, rev ${String(Item.rev)}`,
      )
      return written
    },
    update: async (update: Update) => {
      note(`${update.Key.pk}: ${inWords(update)}`)
      return written
    },
    delete: refuse,
    transact: refuse,
  }
}

/**
 * What restoreCounters would do, found by its own code over a table that is only read. Rejects as
 * restoreCounters does.
 */
export async function lookAtCounters(
  ports: RestorePorts,
  late: () => boolean,
  after?: Parent,
): Promise<CountersBehind> {
  const first: string[] = []
  const note = (text: string) => {
    if (first.length < most) first.push(text)
  }
  const restored = await restoreCounters({ ...ports, table: dry(ports.table, note) }, late, after)
  return { ...restored, first }
}
