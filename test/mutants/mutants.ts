import type { Options } from '../simulation/schedule.ts'

/** One guard of the protocol taken out, and a schedule that notices. */
export interface Mutant {
  name: string
  edits: { file: string; find: string; replace: string }[]
  /** Found by `npm run mutants -- --search`; kept, so that the test is quick and says when the catch is lost. */
  caught: Options
}

const head = 'functions/protocol/head.ts'
const transitions = 'functions/protocol/transitions.ts'
const current = 'functions/protocol/current.ts'
const acknowledge = 'functions/persist/acknowledge.ts'
const minute = 60_000

export const mutants: Mutant[] = [
  {
    name: 'fence removed',
    edits: [{ file: head, find: '#pruned <= :seen`', replace: '#rev >= :seen`' }],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'HEAD check skipped',
    edits: [
      {
        file: 'functions/protocol/reserve.ts',
        find: 'settledEntry(request) ?? entryOf(lineage.head, request.rid)',
        replace: 'settledEntry(request)',
      },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'sweep off',
    edits: [
      {
        file: 'functions/sweep/sweep.ts',
        find: 'while (msLeft() > reserveMs',
        replace: 'while (msLeft() < 0',
      },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'rev check off',
    edits: [
      {
        file: 'test/simulation/stores.ts',
        find: 'if (change.rev > row.rev) row.value',
        replace: 'row.value',
      },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'reindex off',
    edits: [{ file: 'functions/reindex/reindex.ts', find: 'while (inTime()) {', replace: 'while (false) {' }],
    caught: { seed: 1, faults: 0.1 },
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
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'counts by + 1',
    edits: [
      {
        file: 'test/simulation/stores.ts',
        find: 'Math.max(parent.lastNumber, change.number)',
        replace: "parent.lastNumber + (change.act === 'create' ? 1 : 0)",
      },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'prune before the record',
    edits: [
      {
        file: 'functions/protocol/settle.ts',
        find: 'const marked = await',
        replace: 'await prune(ports.table, parent, changes)\n  const marked = await',
      },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'expiry at the Put',
    edits: [
      {
        file: transitions,
        find: 'due: request.now + firstDueMs,\n      due_shard',
        replace:
          'expiry: Math.floor((request.now + keptMs) / 1000), due: request.now + firstDueMs,\n      due_shard',
      },
    ],
    caught: { seed: 1, faults: 0.1, longestMs: 4000 * minute },
  },
  {
    name: 'MySQL read before HEAD',
    edits: [
      {
        file: current,
        find: 'const waiting = await allWaiting(ports.table, parent, number, number)\n',
        replace: `const early = await Promise.allSettled([ports.rows.show(parent, number)])
  const image = (await readHeads(ports.table, parent)).head ?? head
  const waiting = await allWaiting(ports.table, parent, number, number)\n`,
      },
      { file: current, find: '...entriesOf(head).filter(', replace: '...entriesOf(image).filter(' },
      {
        file: current,
        find: 'const [first] = await Promise.allSettled([show()])',
        replace: 'const [first] = early',
      },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'waiting items read before HEAD',
    edits: [
      {
        file: current,
        find: 'const waiting = await allWaiting(ports.table, parent, number, number)\n',
        replace: `const waiting = await allWaiting(ports.table, parent, number, number)
  const image = (await readHeads(ports.table, parent)).head ?? head\n`,
      },
      { file: current, find: '...entriesOf(head).filter(', replace: '...entriesOf(image).filter(' },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'MySQL not read once more',
    edits: [{ file: current, find: 'settled ? await show() : first.value', replace: 'first.value' }],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'edit condition off',
    edits: [
      {
        file: head,
        find: "last === undefined ? 'attribute_not_exists(#e.#bucket)' : '#e.#bucket = :last'",
        replace: "'#rev >= :one'",
      },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'touch on a settled REQ',
    edits: [
      {
        file: transitions,
        find: "'#rid = :rid AND attribute_not_exists(#n)',\n  ExpressionAttributeNames: {\n    '#touched'",
        replace: "'#rid = :rid',\n  ExpressionAttributeNames: {\n    '#touched'",
      },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'move out after storing',
    edits: [
      {
        file: transitions,
        find: "AND attribute_not_exists(#stored) AND attribute_not_exists(#waiting)'",
        replace: "AND attribute_not_exists(#waiting)'",
      },
    ],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'waiting flag ignored',
    edits: [{ file: transitions, find: "force ? '' : ' AND attribute_not_exists(#waiting)'", replace: "''" }],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'acknowledged before settled',
    edits: [{ file: acknowledge, find: '!failed.has(change)', replace: 'failed.size >= 0' }],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'persist does not pay what is owed',
    edits: [{ file: acknowledge, find: 'await payOwed(ports.table, change)', replace: '' }],
    caught: { seed: 1, faults: 0.1 },
  },
  {
    name: 'unreserved REQ expired at once',
    edits: [{ file: 'functions/sweep/sweep.ts', find: 'now - since >= lateCallMs', replace: 'now >= since' }],
    caught: { seed: 1, faults: 0.1, strayMs: 60_000 },
  },
]
