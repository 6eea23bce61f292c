import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { numberOf, Refused, readArguments, runCommand } from '../../bin/cli/arguments.ts'
import { progressOn } from '../../bin/cli/progress.ts'
import { localEnvironment } from '../../infra-local/machine/local-environment.ts'
import { configure, invoke } from '../chaos/lambda.ts'
import { accessOf } from '../support/local-access.ts'
import { withOwnStack } from '../support/own-stack.ts'
import type { TestStack } from '../support/stack.ts'
import { useAll } from './load.ts'
import { type Samples, sample } from './samples.ts'
import { isBad, linesOf, tableOf } from './verdict.ts'

const help = `npm run soak -- [options]

Starts a local stack of its own, which is removed at the end, uses every route for some time, and
looks at the memory of each function's processes: what is reachable after a collection, and what is
resident. Linux only, without Docker: the functions must be processes of this machine.

  --minutes N   how long (10)
  --clients N   how many requests at a time (4)
  --every S     seconds between two looks at the memory (20)

Prints a table at the end. Exit code 1: the reachable memory of a function keeps growing, or it has
more than it would have on AWS. Ctrl-C ends it with the table so far, exit
code 130.`

const options = {
  minutes: { type: 'string', default: '10' },
  clients: { type: 'string', default: '4' },
  every: { type: 'string', default: '20' },
} as const

await runCommand(async () => {
  const { values } = readArguments(help, options)
  const wanted = {
    minutes: numberOf('minutes', values.minutes, { min: 0.1, max: 10_000, whole: false }),
    clients: numberOf('clients', values.clients, { min: 1, max: 64 }),
    every: numberOf('every', values.every, { min: 1, max: 3_600 }),
  }
  if (process.platform !== 'linux') throw new Refused('it looks into /proc, which only Linux has')
  const folder = mkdtempSync(join(tmpdir(), 'chat-soak-'))
  const own = { CHAT_DOCKER: 'off' }
  try {
    return await withOwnStack('soak', own, (stack, interrupted) =>
      soak(stack, folder, wanted, interrupted),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

type Wanted = { minutes: number; clients: number; every: number }

async function soak(
  stack: TestStack,
  folder: string,
  wanted: Wanted,
  interrupted: AbortSignal,
): Promise<number> {
  const access = accessOf(stack.env)
  const memory = await memoryOf(stack)
  const preload = `--require=${join(import.meta.dirname, 'collect.cjs')}`
  await configure(access, (_, variables) => ({
    ...variables,
    ...{ NODE_OPTIONS: preload, SOAK_FOLDER: folder },
  }))
  const all = new Map<number, Samples>()
  const counts: Record<string, number> = {}
  const tell = (_route: string, status: number) => {
    counts[status] = (counts[status] ?? 0) + 1
  }
  const time = AbortSignal.timeout(wanted.minutes * 60_000)
  const end = AbortSignal.any([time, interrupted])
  const clients = Array.from({ length: wanted.clients }, () => useAll(stack.baseUrl, end, tell))
  const looking = lookAt(end, wanted, () => sample(folder, all))
  // Nobody asks for these but a deploy, and a person. An audit waits for what is on its way, so the
  // end does not wait for it.
  const jobs = Promise.all(
    ['migrate', 'audit'].map((job) => again(end, () => invoke(access, `chat-${job}`))),
  )
  await Promise.race([Promise.all([...clients, looking]), jobs.then(() => looking)])
  const lines = linesOf([...all.values()], memory)
  console.log(tableOf(lines, counts))
  return lines.some(isBad) ? 1 : 0
}

/** Bytes that each function has deployed, by its name. */
async function memoryOf({ env }: TestStack): Promise<Map<string, number>> {
  Object.assign(process.env, localEnvironment(), env)
  const client = new LambdaClient({})
  const { Functions = [] } = await client.send(new ListFunctionsCommand({ MaxItems: 50 }))
  return new Map(
    Functions.map(({ FunctionName = '', MemorySize = 0 }) => [
      FunctionName,
      MemorySize * 1024 * 1024,
    ]),
  )
}

async function again(end: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  for (; !end.aborted; await pause(2_000)) await work()
}

/** Looks every `every` seconds until the signal, and says how far it is. */
async function lookAt(
  end: AbortSignal,
  { minutes, every }: Wanted,
  look: () => Promise<void>,
): Promise<void> {
  const progress = progressOn()
  const started = Date.now()
  for (let looks = 1; !end.aborted; looks++) {
    await pause(every * 1000, undefined, { signal: end }).catch(() => undefined)
    if (end.aborted) break
    await look()
    const passed = ((Date.now() - started) / 60_000).toFixed(1)
    progress.show(() => `${passed} of ${minutes} minutes, looked at the memory ${looks} times`)
  }
  progress.end()
}
