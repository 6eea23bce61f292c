import { mkdirSync, rmSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { Refused, readArguments, runCommand } from '../../bin/cli/arguments.ts'
import { withOwnStack } from '../support/own-stack.ts'
import { type Client, clients } from './clients.ts'
import { made, missingOf } from './machine.ts'

const help = `npm run generators -- [options] [name ...]

Makes clients of docs/openapi.json with pinned generators, compiles them, and lets them hold a
conversation with a local stack of its own, which is removed at the end; lints the document with
Redocly and Spectral. Without names: all of them; the beginning of a name stands for all that begin
so. Needs Java 17 or newer with Maven, Python 3.10 with venv, and Go; what it fetches is kept in
.local/cache/generators.

  --url URL   talk to the stack that runs there, instead of one of its own
  --no-talk   only make and compile
  --list      what there is

Exit code 1: one failed, or could not be tried because the machine lacks something, which is named.`

const options = {
  url: { type: 'string' },
  'no-talk': { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
} as const

await runCommand(async () => {
  const { values, positionals } = readArguments(help, options, true)
  for (const asked of positionals)
    if (!clients.some(({ name }) => name.startsWith(asked)))
      throw new Refused(`there is no generator ${asked}: see --list`)
  const chosen = clients.filter(
    ({ name }) => positionals.length === 0 || positionals.some((asked) => name.startsWith(asked)),
  )
  if (values.list) for (const { name } of chosen) console.log(name)
  if (values.list) return 0
  rmSync(made, { recursive: true, force: true })
  mkdirSync(made, { recursive: true })
  const talking = !values['no-talk'] && chosen.some(({ talk }) => talk)
  if (!talking) return tried(chosen, undefined)
  if (values.url) return tried(chosen, values.url.replace(/\/$/, ''))
  return withOwnStack('generators', {}, async ({ baseUrl }, interrupted) =>
    tried(chosen, baseUrl, interrupted),
  )
})

/** Tries one after the other, for each takes a processor or two; returns the exit code. */
async function tried(
  chosen: Client[],
  url: string | undefined,
  interrupted?: AbortSignal,
): Promise<number> {
  const counts = { passed: 0, failed: 0, missing: 0 }
  for (const client of chosen) {
    // What Ctrl-C does is known when the event loop has had a turn.
    await turn()
    if (interrupted?.aborted) break
    const outcome = outcomeOf(client, url)
    counts[outcome.kind] += 1
    console.log(`${client.name}: ${outcome.line}`)
  }
  const { passed, failed, missing } = counts
  console.log(`${passed} passed, ${failed} failed, ${missing} not tried`)
  return failed + missing === 0 ? 0 : 1
}

type Outcome = { kind: 'passed' | 'failed' | 'missing'; line: string }

function outcomeOf({ needs, make, talk }: Client, url: string | undefined): Outcome {
  const missing = missingOf(needs)
  if (missing.length > 0)
    return { kind: 'missing', line: `NOT TRIED, for this machine has no ${missing.join(', ')}` }
  const started = Date.now()
  try {
    make()
    if (url !== undefined) talk?.(url)
    const did = url !== undefined && talk ? 'passed, with its conversation' : 'passed'
    return { kind: 'passed', line: `${did} (${Math.round((Date.now() - started) / 1000)} s)` }
  } catch (error) {
    return { kind: 'failed', line: `FAILED\n${error instanceof Error ? error.message : error}` }
  }
}
