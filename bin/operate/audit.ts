import * as v from 'valibot'
import type { Audit } from '../../functions/audit/audit.ts'
import { auditAll } from '../../functions/audit/handler.ts'
import { numberOf, readArguments, runCommand } from '../cli/arguments.ts'
import { progressOn } from '../cli/progress.ts'
import { invoke, liveStack, stackHelp, stackOptions } from './live-stack.ts'

const help = `npm run audit -- [options]

Checks every promise on a live stack: counters and requests in DynamoDB, the queue, rows in MySQL and documents in
OpenSearch against each other. Only reads. First waits until nothing is on its way.

${stackHelp}
  --wait SECONDS   how long it waits for what is on its way (150); traffic that goes on is never quiet
  --most N         how many things are named of each broken invariant (20)

Prints each invariant, on how many things it was checked, and what breaks it. Exit code 0: nothing does; 1: something
does; 2: it could not look, or not at all of it.

On AWS the function chat-audit looks, inside the VPC, for 15 minutes at most. Memory: some 300 bytes for each parent and
each request of the last day, and 20,000 rows, or those of the greatest chat.`

const options = {
  ...stackOptions,
  wait: { type: 'string', default: '150' },
  most: { type: 'string', default: '20' },
} as const

const answer: v.GenericSchema<unknown, Audit> = v.object({
  complete: v.boolean(),
  onTheWay: v.number(),
  parents: v.number(),
  rows: v.number(),
  parked: v.number(),
  unreserved: v.number(),
  findings: v.array(
    v.object({
      invariant: v.string(),
      checked: v.number(),
      violations: v.array(v.string()),
      total: v.number(),
    }),
  ),
})

/** The audit in words, and the exit code. */
export function describeAudit(audit: Audit): { text: string; code: number } {
  const lines = audit.findings.flatMap(({ invariant, checked, violations, total }) => [
    `${total === 0 ? 'holds ' : 'BROKEN'}  ${invariant.padEnd(30)} ${total} violations, ${checked} checked`,
    ...violations.map((text) => `          ${text}`),
    ...(total > violations.length ? [`          and ${total - violations.length} more`] : []),
  ])
  const total = audit.findings.reduce((sum, finding) => sum + finding.total, 0)
  const notes = [
    audit.onTheWay > 0
      ? `${audit.onTheWay} are still on their way: what is found may be about things that move`
      : '',
    audit.parked > 0
      ? `${audit.parked} requests are parked and wait for a person: npm run redrive`
      : '',
    audit.unreserved > 0
      ? `${audit.unreserved} requests never got a number (nobody was answered); they expire`
      : '',
    audit.complete ? '' : 'NOT COMPLETE: the time was over before everything was looked at',
  ].filter((note) => note !== '')
  const end = `${audit.parents} parents, ${audit.rows} rows, ${total} violations`
  return {
    text: [...lines, ...notes, end].join('\n'),
    code: total > 0 ? 1 : audit.complete ? 0 : 2,
  }
}

if (import.meta.main)
  await runCommand(async () => {
    const { values } = readArguments(help, options)
    const event = {
      waitMs: numberOf('wait', values.wait, { max: 600 }) * 1000,
      most: numberOf('most', values.most, { max: 10_000 }),
    }
    const stack = liveStack(values)
    console.log(`audit of ${stack.name}`)
    const progress = progressOn()
    const audit = stack.local
      ? await auditAll(
          event,
          () => false,
          ({ rows, parents, queued, waiting }) =>
            progress.tell(() =>
              rows + parents === 0
                ? `waiting for ${queued} messages in the queue, ${waiting} reservations`
                : `${parents} parents, ${rows} rows`,
            ),
        )
      : v.parse(answer, await invoke(stack, 'audit', event))
    progress.end()
    const { text, code } = describeAudit(audit)
    console.log(text)
    return code
  })
