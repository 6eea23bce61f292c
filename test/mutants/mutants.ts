import type { Options } from '../simulation/arrange.ts'

/**
 * One guard of the protocol taken out. What is left is a program that runs: type-errors.ts and
 * verdict.ts refuse a name that is not defined, and an expression that the table refuses (DynamoDB
 * takes no name and no value that none of them uses). A mutant that breaks that way would be caught
 * for the wrong reason. Which seed notices: caught.json.
 */
export interface Mutant {
  name: string
  edits: { file: string; find: string; replace: string }[]
  /** What a schedule must be like for the guard to matter: calls as late, outages as long. */
  needs?: Pick<Options, 'strayMs' | 'longestMs'>
  /** The shares of failing calls at which it can be noticed, where not at any. */
  rates?: number[]
}

const headWrites = 'functions/protocol/table/head-writes.ts'
const requestWrites = 'functions/protocol/table/request-writes.ts'
const current = 'functions/protocol/read/read-one.ts'
const settle = 'functions/persist/settle.ts'
const park = 'functions/persist/park.ts'
const restore = 'functions/protocol/write/raise-head.ts'
const search = 'functions/read/find-messages.ts'

/** Two mutants read the HEAD anew, in a file that does not. */
const readingHeads = {
  file: current,
  find: "import { allWaiting } from '../table/waiting-items.ts'",
  replace: `import { readHeads } from '../table/read-heads.ts'
import { allWaiting } from '../table/waiting-items.ts'`,
}

export const mutants: Mutant[] = [
  {
    name: "an application's own edits are not read",
    edits: [
      {
        file: current,
        find: 'own ? [...above, ...(await ownEntries(ports.table, number, own))] : above',
        replace:
          'own && number < 0 ? [...above, ...(await ownEntries(ports.table, number, own))] : above',
      },
    ],
  },
  {
    name: 'a list shows applications by the root alone',
    edits: [
      {
        file: 'functions/protocol/read/with-own-edits.ts',
        find: '(lastEditOf(ownHead, ownNumber) ?? 0) <= one.row.rev',
        replace: '(lastEditOf(ownHead, ownNumber) ?? 0) >= 0',
      },
    ],
  },
  {
    name: 'an own edit is settled in the root',
    edits: [
      {
        file: 'functions/protocol/write/settle.ts',
        find: 'Map.groupBy(all, (one) => parentKey(counterOf(one)))',
        replace: 'Map.groupBy(all, (one) => parentKey(counterOf({ parent: one.parent })))',
      },
      {
        file: 'functions/protocol/write/settle.ts',
        find: 'settleParent(ports, counterOf(group[0]), group)',
        replace: 'settleParent(ports, counterOf({ parent: group[0].parent }), group)',
      },
    ],
  },
  {
    name: 'a suspended application takes messages',
    edits: [
      {
        file: 'functions/protocol/write/parent-head.ts',
        find: "(parent.kind === 'chat' ? above : head)?.suspended",
        replace: 'head?.suspended',
      },
    ],
  },
  {
    name: 'a suspended application takes edits',
    edits: [
      {
        file: 'functions/protocol/read/require.ts',
        find: "use === 'write' || suspended === 'all'",
        replace: "suspended === 'all'",
      },
    ],
  },
  {
    name: 'a suspended application is read',
    edits: [
      {
        file: 'functions/protocol/read/require.ts',
        find: "use === 'write' || suspended === 'all'",
        replace: "use === 'write'",
      },
    ],
  },
  {
    name: 'any waiting item shows a chat',
    edits: [
      {
        file: 'functions/protocol/write/parent-head.ts',
        find: 'waiting.some((entry) => overlaps(entry, parent.chat, parent.chat))',
        replace: 'waiting.length > 0',
      },
    ],
  },
  {
    name: 'fence removed',
    edits: [
      {
        file: headWrites,
        find: '#pruned <= :seen`',
        replace: '#pruned <= #rev AND #rev >= :seen`',
      },
    ],
  },
  {
    name: 'HEAD check skipped',
    edits: [
      {
        file: 'functions/protocol/write/repeat.ts',
        find: 'entryOfRequest(request) ?? entryInHead(state.head, request.rid)',
        replace: 'entryOfRequest(request)',
      },
    ],
  },
  {
    name: 'sweep off',
    edits: [
      {
        file: 'functions/sweep/sweep.ts',
        find: 'if (!inTime()) break',
        replace: 'if (limit > 0) break',
      },
    ],
  },
  {
    name: 'rev check off',
    edits: [
      {
        file: 'test/simulation/stores/mysql.ts',
        find: 'if (change.rev > row.rev) row.value',
        replace: 'row.value',
      },
    ],
  },
  {
    name: 'reindex off',
    edits: [
      {
        file: 'functions/reindex/reindex.ts',
        find: 'while (inTime()) {',
        replace: 'while (false) {',
      },
    ],
  },
  {
    name: 'only the failed record returned',
    edits: [
      {
        file: 'functions/persist/delivery.ts',
        find: 'return broken.has(groupOf(delivery))',
        replace: 'return !done.has(delivery)',
      },
    ],
  },
  {
    name: 'counts by + 1',
    edits: [
      {
        file: 'test/simulation/stores/mysql.ts',
        find: 'Math.max(parent.lastNumber, change.number)',
        replace: "parent.lastNumber + (change.act === 'create' ? 1 : 0)",
      },
    ],
  },
  {
    name: 'prune before the record',
    edits: [
      {
        file: 'functions/protocol/write/settle.ts',
        find: 'const marked = await',
        replace: 'await prune(ports.table, parent, all.map(entryFor))\n  const marked = await',
      },
    ],
  },
  {
    name: 'expiry at the Put',
    edits: [
      {
        file: requestWrites,
        find: 'due: request.now + firstDueMs,\n      due_shard',
        replace:
          'expiry: Math.floor((request.now + 600_000) / 1000), due: request.now + firstDueMs,\n      due_shard',
      },
    ],
  },
  {
    name: 'MySQL read before HEAD',
    edits: [
      readingHeads,
      {
        file: current,
        find: 'const waiting = await allWaiting(ports.table, parent, number, number)\n',
        replace: `const early = await Promise.allSettled([ports.rows.show(parent, number)])
  const image = (await readHeads(ports.table, parent)).head ?? head
  const waiting = await allWaiting(ports.table, parent, number, number)\n`,
      },
      {
        file: current,
        find: '[...head.entries, ...waiting].filter((entry) =>',
        replace: '[...image.entries, ...waiting].filter((entry) =>',
      },
      {
        file: current,
        find: 'const [first] = await Promise.allSettled([show()])',
        replace: 'const [first] = early',
      },
    ],
  },
  {
    name: 'waiting items read before HEAD',
    edits: [
      readingHeads,
      {
        file: current,
        find: 'const waiting = await allWaiting(ports.table, parent, number, number)\n',
        replace: `const waiting = await allWaiting(ports.table, parent, number, number)
  const image = (await readHeads(ports.table, parent)).head ?? head\n`,
      },
      {
        file: current,
        find: '[...head.entries, ...waiting].filter((entry) =>',
        replace: '[...image.entries, ...waiting].filter((entry) =>',
      },
    ],
  },
  {
    name: 'MySQL not read once more',
    edits: [
      { file: current, find: 'settled ? await show() : first.value', replace: 'first.value' },
    ],
  },
  {
    name: 'edit condition off',
    edits: [
      {
        file: headWrites,
        find: "last === undefined ? 'attribute_not_exists(#e.#bucket)' : '#e.#bucket = :last'",
        replace: "last === undefined ? '#rev >= :one' : '#rev >= :last'",
      },
    ],
  },
  {
    name: 'touch on a settled REQ',
    edits: [
      {
        file: requestWrites,
        find: "'#rid = :rid AND attribute_not_exists(#n)', ExpressionAttributeNames: names('touched', 'due', 'due_shard', 'expiry', 'rid', 'n'),",
        replace:
          "'#rid = :rid', ExpressionAttributeNames: names('touched', 'due', 'due_shard', 'expiry', 'rid'),",
      },
    ],
  },
  {
    name: 'move out after storing',
    edits: [
      {
        file: requestWrites,
        find: "AND attribute_not_exists(#stored) AND attribute_not_exists(#waiting)'",
        replace: "AND attribute_not_exists(#waiting)'",
      },
      {
        file: requestWrites,
        find: "names('n', 'rev', 'waiting', 'stored', 'rid')",
        replace: "names('n', 'rev', 'waiting', 'rid')",
      },
    ],
  },
  {
    name: 'waiting flag ignored',
    edits: [
      {
        file: requestWrites,
        find: "force ? '' : ' AND attribute_not_exists(#waiting)'",
        replace: "''",
      },
    ],
  },
  {
    name: 'acknowledged before settled',
    edits: [{ file: settle, find: '!failed.has(reservation)', replace: 'failed.size >= 0' }],
  },
  {
    name: 'persist does not pay what is owed',
    edits: [{ file: settle, find: 'await payOwed(ports.table, reservation)', replace: '' }],
  },
  {
    name: 'unreserved REQ expired at once',
    edits: [
      {
        file: 'functions/sweep/give-up.ts',
        find: 'now - since >= lateCallMs',
        replace: 'now >= since',
      },
    ],
    needs: { strayMs: 60_000 },
  },
  {
    name: 'tombstone left open',
    edits: [
      {
        file: 'functions/protocol/write/owed-heads.ts',
        find: "if (reservation.act === 'delete') await close(table, self)",
        replace: '',
      },
    ],
  },
  {
    name: 'marked as stored before its waiting item goes',
    edits: [
      {
        file: 'functions/protocol/write/settle.ts',
        find: 'await ports.table.delete(deleteWaiting(parent, entry))\n  await ports.table.update(storeRequest(entry, expiresAt, true))',
        replace:
          'await ports.table.update(storeRequest(entry, expiresAt, true))\n  await ports.table.delete(deleteWaiting(parent, entry))',
      },
    ],
  },
  {
    name: 'expired key taken for a repeat',
    edits: [
      {
        file: 'functions/protocol/write/reserve.ts',
        find: 'found && !isExpired(found, ports.clock.now()) ? found : undefined',
        replace: 'found',
      },
    ],
  },
  {
    name: 'restoring lowers counters',
    edits: [
      {
        file: restore,
        find: 'head && head.seq >= seq && head.rev >= rev ? []',
        replace: '!head ? []',
      },
      { file: headWrites, find: ' AND #seq < :seq', replace: '' },
      { file: headWrites, find: ' AND #rev < :rev', replace: '' },
    ],
  },
  {
    name: 'restoring raises numbers alone',
    edits: [{ file: restore, find: ', raiseRev(parent, rev)]', replace: ']' }],
  },
  {
    name: 'restoring leaves tombstones open',
    edits: [
      { file: restore, find: 'if (deleted && !head?.deleted)', replace: 'if (deleted && !head)' },
    ],
  },
  {
    name: 'restoring leaves settled entries',
    edits: [
      { file: restore, find: 'if (head) await pruneSettled(table, parent, head)', replace: '' },
    ],
  },
  {
    name: 'restoring forgets what was edited',
    edits: [
      {
        file: headWrites,
        find: 'SET #rev = :rev, #e = :edits',
        replace: 'SET #rev = :rev',
      },
      {
        file: headWrites,
        find: "names('pk', 'rev', 'e'), ExpressionAttributeValues: { ':rev': rev, ':edits': Object.fromEntries(editBucketsOf(parent).map((bucket) => [bucket, rev])), }",
        replace: "names('pk', 'rev'), ExpressionAttributeValues: { ':rev': rev }",
      },
    ],
  },
  {
    name: 'search takes what waits for the newest',
    edits: [
      {
        file: 'functions/search/overlay.ts',
        find: 'overlay.get(number)?.row ?? versions.get(number)',
        replace: 'overlay.get(number)?.row',
      },
    ],
  },
  {
    name: 'search trusts the index alone',
    edits: [{ file: search, find: 'versions, whole ? recent : [])', replace: 'versions, [])' }],
  },
  {
    name: 'search reads MySQL before what waits',
    edits: [
      {
        file: search,
        find: 'const pending = await pendingMessages',
        replace:
          'const since = ports.clock.now() - refreshMs\n  const recent = ports.index.available()\n    ? await ports.unsearchable(wanted.app, wanted.chat, since, rows, leftMs)\n    : undefined\n  const pending = await pendingMessages',
      },
      {
        file: search,
        find: '  const since = ports.clock.now() - refreshMs\n  const recent = ports.index.available()\n    ? await ports.unsearchable(wanted.app, wanted.chat, since, rows, leftMs)\n    : undefined\n  const whole',
        replace: '  const whole',
      },
    ],
  },
  {
    name: 'a collision shows in its row',
    edits: [
      {
        file: 'functions/protocol/read/merge.ts',
        find: "pending.filter( (change) => change.act !== 'create' || !row?.rid || row.rid === change.rid, )",
        replace: 'pending',
      },
    ],
  },
  {
    name: 'a collision overwrites its row',
    edits: [
      {
        file: 'test/simulation/stores/mysql.ts',
        find: 'if (taken || (create && held !== null && held !== change.rid)) return false',
        replace: 'if (taken) return false',
      },
    ],
  },
  {
    name: 'parked without moving out',
    edits: [
      {
        file: 'functions/protocol/write/park.ts',
        find: 'await moveOut(table, counterOf(reservation), [entryFor(reservation)])',
        replace: '',
      },
    ],
  },
  {
    name: 'acknowledged before it is in quarantine',
    edits: [
      {
        file: park,
        find: 'await ports.quarantine.put(first.body, reason)',
        replace:
          'for (const delivery of deliveries) batch.done.add(delivery)\n    await ports.quarantine.put(first.body, reason)',
      },
    ],
  },
  {
    name: 'a writer that was demoted has refused the value',
    edits: [
      {
        file: 'functions/persist/failures.ts',
        find: '1048, // ER_BAD_NULL_ERROR',
        replace: '1048, 1290, 1792, 1836,',
      },
    ],
  },
  {
    name: 'If-Match ignored',
    edits: [
      {
        file: 'functions/api/etags.ts',
        find: 'if (!revs.includes(String(row.rev)))',
        replace: 'if (!revs)',
      },
    ],
  },
  {
    name: 'what is parked is shown without MySQL',
    edits: [
      {
        file: 'functions/protocol/read/without-mysql.ts',
        find: 'if (pending.some(({ parked }) => parked)) return false',
        replace: '',
      },
    ],
  },
  {
    name: 'a failed send fails the create',
    rates: [0],
    edits: [
      {
        file: 'functions/protocol/write/enqueue.ts',
        find: ".catch((cause) => leftToSweep(ports.log, 'send', reservation, cause))",
        replace: '',
      },
    ],
  },
  {
    name: 'rows just indexed are not looked at',
    edits: [{ file: search, find: 'const refreshMs = 10_000', replace: 'const refreshMs = 0' }],
  },
  {
    name: 'a list does not read MySQL again',
    edits: [
      {
        file: 'functions/protocol/read/read-stretch.ts',
        find: 'settled ? await read() : first.value',
        replace: 'first.value',
      },
    ],
  },
  {
    name: 'a repeated delete does not pay what is owed',
    edits: [
      {
        file: 'functions/edit/edit.ts',
        find: "await payOwed(ports.table, { rid: '', rev, parent, number, act: 'delete', values: [value] })",
        replace: 'void [rev, value, parent, number]',
      },
    ],
  },
  {
    name: 'the index is asked though the overlay is not whole',
    edits: [
      {
        file: search,
        find: 'whole ? await ports.index.find(criteria, others) : undefined',
        replace: 'recent ? await ports.index.find(criteria, others) : undefined',
      },
    ],
  },
  {
    name: 'breaker off',
    edits: [
      {
        file: 'functions/mysql/breaker.ts',
        find: 'if (probe && (probing || clock.now() < until))',
        replace: 'if (probe && probing)',
      },
    ],
  },
  {
    name: 'a handshake that was cut is no outage',
    edits: [{ file: 'functions/mysql/away.ts', find: "'HANDSHAKE_SSL_ERROR',", replace: '' }],
  },
]
