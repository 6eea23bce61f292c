import { numberOf, Refused, readArguments, runCommand } from '../../bin/cli/arguments.ts'
import { progressOn } from '../../bin/cli/progress.ts'
import { localEnvironment } from '../../infra-local/machine/local-environment.ts'
import { withOwnStack } from '../support/own-stack.ts'
import { functionsHere } from './functions.ts'
import {
  goodKinds,
  hostileKinds,
  hostileTenant,
  type Invoke,
  newTenant,
  type Tenant,
} from './hostile.ts'
import { startInstances } from './instances.ts'

const help = `npm run bench:tenants -- [options] [kind ...]

Measures what a hostile tenant does to the latency of another one. Starts a local stack of its own,
which is removed at the end. The other tenant's requests are timed by turns: alone, and while the
hostile one sends as fast as it can from several instances. Functions are called directly, for the
local gateway runs only some requests at a time and would measure its own queue. Each instance is a
process, as on Lambda.

  --instances N   of the hostile tenant (4)
  --rounds N      turns of each kind (5)
  --list          the kinds of hostile requests; the beginning of a name stands for all that begin so

Prints for each kind the median latency alone, beside the hostile tenant, and their ratio. Exit code
1: a request of the other tenant failed, or a median ratio is above 3. The hostile instances have the
lowest priority, for on Lambda tenants share no processor; but what stands in for DynamoDB and SQS
here is one process, and all wait for it.`

const options = {
  instances: { type: 'string', default: '4' },
  rounds: { type: 'string', default: '5' },
  list: { type: 'boolean', default: false },
} as const

/** How many requests of each kind the other tenant sends in one turn. */
const perTurn = 4
const mostRatio = 3

await runCommand(async () => {
  const { values, positionals } = readArguments(help, options, true)
  const instances = numberOf('instances', values.instances, { min: 1, max: 64 })
  const rounds = numberOf('rounds', values.rounds, { min: 1, max: 1_000 })
  const kinds = Object.keys(hostileKinds).filter(
    (kind) => positionals.length === 0 || positionals.some((asked) => kind.startsWith(asked)),
  )
  if (kinds.length === 0) throw new Refused('there is no such kind: see --list')
  if (values.list) console.log(kinds.join('\n'))
  if (values.list) return 0
  const code = await withOwnStack('tenants', {}, ({ env }, interrupted) => {
    const rate = { RATE_PER_SECOND: '10000', RATE_BURST: '100000' }
    Object.assign(process.env, localEnvironment(), env, rate)
    return benchAll(kinds, { instances, rounds, interrupted })
  })
  // The functions' clients keep connections open.
  process.exit(code)
})

/** Milliseconds that each of the other tenant's requests took, by kind. */
type Times = Record<string, number[]>

interface How {
  instances: number
  rounds: number
  interrupted: AbortSignal
}

async function benchAll(kinds: string[], how: How): Promise<number> {
  // What the functions log is not for this table.
  const print = console.log
  console.log = () => undefined
  const invoke = await functionsHere()
  const [hostile, good] = [await hostileTenant(invoke), await newTenant(invoke)]
  process.env.OPERATOR_KEY_SHA256 = 'none'
  await turnOf(invoke, good, {})
  let bad = 0
  const row = (name: string, cells: string[]) =>
    print(name.padEnd(50) + cells.map((cell) => cell.padStart(22)).join(''))
  row('median ms, alone / beside / ratio', [...Object.keys(goodKinds), 'hostile requests'])
  for (const kind of kinds) {
    if (how.interrupted.aborted) break
    const { lines, sent } = await benchOne(invoke, good, hostile, kind, how)
    row(kind, [...lines.map(({ text }) => text), String(sent)])
    bad += lines.filter(({ ratio }) => ratio > mostRatio).length
  }
  print(bad === 0 ? `every ratio is at most ${mostRatio}` : `${bad} ratios are above ${mostRatio}`)
  return bad === 0 ? 0 : 1
}

async function benchOne(
  invoke: Invoke,
  good: Tenant,
  tenant: Tenant,
  kind: string,
  { instances: count, rounds, interrupted }: How,
): Promise<{ lines: { text: string; ratio: number }[]; sent: number }> {
  const [alone, beside]: [Times, Times] = [{}, {}]
  const progress = progressOn()
  const instances = await startInstances(count, { tenant, kinds: [kind] })
  for (let round = 0; round < rounds && !interrupted.aborted; round++) {
    progress.show(() => `${kind}: turn ${round + 1} of ${rounds}`)
    await turnOf(invoke, good, alone)
    instances.tell('go')
    await turnOf(invoke, good, beside)
    instances.tell('pause')
  }
  progress.end()
  instances.tell('stop')
  const statuses = Object.values((await instances.ended)[kind] ?? {})
  const lines = Object.keys(goodKinds).map((each) => {
    const [first, second] = [median(alone[each]), median(beside[each])]
    const ratio = second / first
    return { text: `${first.toFixed(0)} / ${second.toFixed(0)} / ${ratio.toFixed(1)}`, ratio }
  })
  return { lines, sent: statuses.reduce((sum, each) => sum + each, 0) }
}

/** The other tenant's requests of one turn. Throws when one is not served. */
async function turnOf(invoke: Invoke, good: Tenant, times: Times): Promise<void> {
  for (let i = 0; i < perTurn; i++)
    for (const [kind, ask] of Object.entries(goodKinds)) {
      const asked = ask(good, i)
      const began = performance.now()
      const { status, body } = await invoke(asked)
      if (status >= 300) throw new Error(`${kind}: ${status} ${JSON.stringify(body)}`)
      times[kind] = [...(times[kind] ?? []), performance.now() - began]
    }
}

function median(values: number[] = []): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
