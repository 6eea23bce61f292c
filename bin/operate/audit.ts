import * as v from 'valibot'
import type { Audit } from '../../functions/audit/audit.ts'
import { auditAll } from '../../functions/audit/handler.ts'
import { numberOf, readArguments, runCommand } from '../cli/arguments.ts'
import { progressOn } from '../cli/progress.ts'
import { isStarted } from '../cli/started.ts'
import { invoke } from './stack/functions.ts'
import { liveStack, stackHelp, stackOptions } from './stack/live-stack.ts'

const help = `npm run audit -- [options]

Checks every promise on a live stack: counters and requests in DynamoDB, the queue, rows in MySQL
and documents in OpenSearch against each other. Only reads. First it waits until nothing is on its
way.

${stackHelp}
  --wait SECONDS   how long to wait, at most, for what is on its way (default: 150). Traffic that
                   goes on is waited for in full
  --most N         how many violations of each invariant to print (default: 20)

Prints for each invariant how much was checked and what violates it.
Exit code 0: no violation; 1: violations; 2: refused, or not everything could be checked.

On AWS the function chat-audit does the work, inside the VPC and for 15 minutes at most. It needs
about 300 bytes of memory for each parent and each request of the last day, and 20,000 rows, or as
many as the largest chat has.`

const options = {
  ...stackOptions,
  wait: { type: 'string', default: '150' },
  most: { type: 'string', default: '20' },
} as const

const result: v.GenericSchema<unknown, Audit> = v.object({
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

/** What a person should know besides the findings. */
const notesOn = ({ onTheWay, parked, unreserved, complete }: Audit): string[] => [
  ...(onTheWay > 0
    ? [`${onTheWay} are still on their way: a violation may be of something that moves`]
    : []),
  ...(parked > 0 ? [`${parked} requests are parked and wait for a person: npm run redrive`] : []),
  ...(unreserved > 0
    ? [`${unreserved} requests never got a number, and nobody got a response; they expire`]
    : []),
  ...(complete ? [] : ['NOT COMPLETE: the time was over before everything was checked']),
]

/** The audit in words, and the exit code. */
export function describeAudit(audit: Audit): { text: string; code: number } {
  const lines = audit.findings.flatMap(({ invariant, checked, violations, total }) => [
    `${total === 0 ? 'holds ' : 'BROKEN'}  ${invariant.padEnd(30)} ${total} violations, ${checked} checked`,
    ...violations.map((text) => `          ${text}`),
    ...(total > violations.length ? [`          and ${total - violations.length} more`] : []),
  ])
  const total = audit.findings.reduce((sum, finding) => sum + finding.total, 0)
  const end = `${audit.parents} parents, ${audit.rows} rows, ${total} violations`
  return {
    text: [...lines, ...notesOn(audit), end].join('\n'),
    code: total > 0 ? 1 : audit.complete ? 0 : 2,
  }
}

interface AuditEvent {
  waitMs: number
  most: number
}

/** Looks from this process, and shows how far it is. */
async function auditHere(event: AuditEvent): Promise<Audit> {
  const progress = progressOn()
  const audit = await auditAll(
    event,
    () => false,
    ({ rows, parents, queued, waiting }) =>
      progress.show(() =>
        rows + parents === 0
          ? `waiting for ${queued} messages in the queue, ${waiting} reservations`
          : `${parents} parents, ${rows} rows`,
      ),
  )
  progress.end()
  return audit
}

if (isStarted(import.meta))
  await runCommand(async () => {
    const { values } = readArguments(help, options)
    const event = {
      waitMs: numberOf('wait', values.wait, { max: 600 }) * 1000,
      most: numberOf('most', values.most, { max: 10_000 }),
    }
    const stack = liveStack(values)
    console.log(`audit of ${stack.name}`)
    const audit = stack.local
      ? await auditHere(event)
      : v.parse(result, await invoke(stack, 'audit', event))
    const { text, code } = describeAudit(audit)
    console.log(text)
    return code
  })
