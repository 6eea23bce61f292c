import { appKey, type Change } from './change.ts'
import { headKey, putHead } from './head.ts'
import { applicationParent, chatParent, type Parent } from './parent.ts'
import type { Table, Update } from './ports.ts'

/** The parent that the change's own thing is to others; messages are nobody's parent. */
function selfOf(change: Change): Parent | undefined {
  if (change.parent.kind === 'chat') return undefined
  if (change.parent.kind === 'application') return chatParent(change.parent.app, change.number)
  return 'token' in change.value ? applicationParent(appKey(change.value.token)) : undefined
}

const closeHead = (parent: Parent): Update => ({
  Key: headKey(parent),
  UpdateExpression: 'SET #deleted = :true',
  ConditionExpression: 'attribute_exists(#pk)',
  ExpressionAttributeNames: { '#deleted': 'deleted', '#pk': 'pk' },
  ExpressionAttributeValues: { ':true': true },
})

/**
 * What a reservation owes besides its row: a new application or chat its own HEAD, so that things can be created in it
 * at once (P5); a deleted one the mark that refuses them (P10). Idempotent: accept, sweep and persist all pay it.
 */
export async function payOwed(table: Table, change: Change): Promise<void> {
  const self = selfOf(change)
  if (!self) return
  if (change.act === 'create') {
    await table.put(putHead(self, self.kind === 'application' ? { number: change.number } : {}))
  }
  if (change.act === 'delete') await table.update(closeHead(self))
}
