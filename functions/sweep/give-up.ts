import type { Clock } from '../protocol/ports/clock.ts'
import type { Table } from '../protocol/ports/table.ts'
import { dueAgain, expireRequest } from '../protocol/table/due-writes.ts'
import type { Request } from '../protocol/table/request.ts'

/**
 * How late a call may arrive that everybody has given up. DynamoDB drops requests that were signed
 * 15 minutes ago, and nothing signs one for a request that has got its 504 (see tableUntil in
 * clients/dynamodb.ts). 5 minutes more are for what lies between: the run that signs its call some
 * seconds after its REQ was put, the sweep, which has read the HEAD before it looks at its clock,
 * and clocks that differ.
 */
const lateCallMs = 20 * 60_000

/**
 * A request that has no number: a late call may still take one for it, so it is due again after
 * `againMs`. Once no such call can come any more it is given up and expires. Its age counts from
 * the last repeat, which has calls of its own on their way. Returns whether it was given up.
 */
export async function giveUpIfOld(
  { table, clock, keptMs }: { table: Table; clock: Clock; keptMs: number },
  request: Request,
  againMs: number,
): Promise<boolean> {
  const since = Math.max(Date.parse(request.created_at), request.touched ?? 0)
  const now = clock.now()
  if (now - since >= lateCallMs)
    return (await table.update(expireRequest(request, now + keptMs))).done
  await table.update(dueAgain(request.rid, now + againMs, false))
  return false
}
