import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { tableOf } from '../../functions/clients/dynamodb.ts'
import { isToken } from '../../functions/kinds/application.ts'
import { appKey } from '../../functions/protocol/model/app-key.ts'
import type { Suspension } from '../../functions/protocol/table/head.ts'
import { type Standing, standingOf, suspend } from '../../functions/protocol/write/suspend.ts'
import { Refused, readArguments, runCommand } from '../cli/arguments.ts'
import { isStarted } from '../cli/started.ts'
import { environmentOf } from './stack/functions.ts'
import { liveStack, stackHelp, stackOptions } from './stack/live-stack.ts'

const help = `npm run suspend -- [options] APPLICATION

Suspends an application: its creates, batches, edits and deletes are refused with 403. What was
accepted before goes on its way, and nothing is deleted. A repeat of an Idempotency-Key that has its
response gets that. APPLICATION is the internal key (32 hex digits, as the field "app" of the log
lines has it) or the token. Without --apply it only prints how the application stands.

  --reads          refuses its reads, lists and searches, too
  --lift           lifts the suspension
  --apply          does it. It holds for every request that begins afterwards
  --json           prints one line of JSON

${stackHelp}

May be repeated: the last one counts. Where the table is lost or restored from a backup, suspend
again what had been suspended: the HEAD of the application says so, and nothing else.
Exit code 0: done, or printed; 2: refused, or there is no such application.`

const options = {
  ...stackOptions,
  reads: { type: 'boolean' },
  lift: { type: 'boolean' },
  apply: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

/** The internal key that the word names. Throws Refused where it is neither a key nor a token. */
export function keyIn(word: string): string {
  if (/^[0-9a-f]{32}$/.test(word)) return word
  if (isToken(word)) return appKey(word)
  throw new Refused('APPLICATION is an internal key of 32 hex digits, or a token')
}

const asked = ({ reads, lift }: { reads?: boolean; lift?: boolean }): Suspension | undefined => {
  if (reads && lift) throw new Refused('--lift lifts the suspension of reads as well')
  return lift ? undefined : reads ? 'all' : 'writes'
}

/** How an application stands, in words. */
export const standingInWords = ({ suspended, deleted }: Standing): string => {
  const words = { writes: 'suspended: reads only', all: 'suspended: neither reads nor writes' }
  const standing = suspended ? words[suspended] : 'not suspended'
  return deleted ? `${standing} (it is deleted)` : standing
}

if (isStarted(import.meta))
  await runCommand(async () => {
    const { values, positionals } = readArguments(help, options, true)
    const [word, ...more] = positionals
    if (word === undefined || more.length > 0) throw new Refused(`one APPLICATION\n\n${help}`)
    const [app, wanted] = [keyIn(word), asked(values)]
    const stack = liveStack(values)
    const { TABLE_NAME } = await environmentOf(stack, 'persist')
    const client = new DynamoDBClient({})
    try {
      const table = tableOf(client, TABLE_NAME ?? '')
      const before = await standingOf(table, app)
      const missing = `${stack.name} has no counter of an application ${app}`
      if (!before) throw new Refused(`${missing}: it was never made, or counters were lost`)
      if (values.apply && !(await suspend(table, app, wanted))) throw new Refused(missing)
      const now = values.apply ? { ...before, suspended: wanted } : before
      const inWords = `${stack.name}, application ${app}: ${standingInWords(now)}`
      console.log(
        values.json
          ? JSON.stringify({
              app,
              ...now,
              suspended: now.suspended ?? null,
              done: values.apply === true,
            })
          : `${inWords}${values.apply ? '' : '\nnothing was done: --apply does it'}`,
      )
      return 0
    } finally {
      client.destroy()
    }
  })
