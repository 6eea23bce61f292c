import { setTimeout as pause } from 'node:timers/promises'
import type { Call } from '../aws-proxy.ts'
import { newChats, newKey, say } from '../clients.ts'
import type { Scenario, Stage } from '../scenario.ts'
import type { System } from '../system.ts'
import { underTraffic } from '../traffic.ts'

/** Kills persist at one step, once: arms it, and answers a promise of the kill. */
type Arm = (system: System, killed: () => void) => void

/** Sees a text go to MySQL or the index and kills when it is about to pass, or when its answer comes. */
const onWire =
  (engine: 'mysql' | 'search', text: string, when: 'asked' | 'answered'): Arm =>
  (system, killed) => {
    let asked = false
    system[engine]?.watch((data, from) => {
      if (from === 'function' && data.includes(text)) asked = true
      if (!asked || (when === 'answered' && from === 'function')) return true
      system[engine]?.watch(undefined)
      if (system.kill('chat-persist') > 0) killed()
      return false
    })
  }

const isPrune = ({ caller, action, body }: Call) =>
  caller === 'chat-persist' && action === 'UpdateItem' && body.includes('REMOVE #r.#x0')

/** Sees a call of persist to DynamoDB and kills before it is passed on, or instead of its answer. */
const onCall =
  (matches: (call: Call) => boolean, when: 'asked' | 'answered', first = async () => {}): Arm =>
  (system, killed) => {
    const strike = async () => {
      await first()
      if (system.kill('chat-persist') > 0) killed()
      return false
    }
    system.aws.rule((call) => {
      if (!matches(call)) return 'pass'
      system.aws.rule(undefined)
      return when === 'asked' ? { before: strike } : { after: strike }
    })
  }

/** The steps of a batch (design of persist), in its order. What a step does is done or not: nothing is in between. */
const steps: { label: string; arm: Arm; search?: boolean }[] = [
  { label: 'decoded, before its transaction', arm: onWire('mysql', 'START TRANSACTION', 'asked') },
  { label: 'written, before the commit', arm: onWire('mysql', 'COMMIT', 'asked') },
  { label: 'committed, before it knows', arm: onWire('mysql', 'COMMIT', 'answered') },
  {
    label: 'paid what was owed',
    arm: onCall(({ caller, action }) => caller === 'chat-persist' && action === 'PutItem', 'answered'),
  },
  { label: 'indexed, before it is noted', arm: onWire('search', '/_bulk', 'answered'), search: true },
  { label: 'marked, before the HEAD is pruned', arm: onCall(isPrune, 'asked') },
  // The index is noted beside the settling, within its second; then nothing is left but to return.
  { label: 'all done, before it returns', arm: onCall(isPrune, 'answered', () => pause(1_200)) },
]

/** Sends messages, and opens chats (they owe a HEAD), until the armed step has come and persist was killed. */
async function untilKilled(stage: Stage, label: string, arm: Arm): Promise<void> {
  const { system, ledger, tell } = stage
  const killed = Promise.withResolvers<void>()
  let fired = false
  await underTraffic(
    stage,
    async () => {
      // A batch of one would not be killed in its middle: by now several messages wait.
      await pause(1_000)
      arm(system, () => {
        fired = true
        killed.resolve()
      })
      await Promise.race([killed.promise, pause(30_000), newChats(system, 3)])
      await Promise.race([killed.promise, pause(30_000)])
      system.mysql.watch(undefined)
      system.search?.watch(undefined)
      system.aws.rule(undefined)
    },
    { chats: 3, clients: 6, pauseMs: 0 },
  )
  if (fired) tell(`persist killed: ${label}`)
  else ledger.violations.push(`persist did not come to the step "${label}"`)
}

const persist: Scenario = {
  name: 'persist-killed',
  about: `kill -9 of persist in the middle of a batch, at ${steps.length} steps, each in other chats`,
  async run(stage) {
    for (const { label, arm, search } of steps) {
      if (search && !stage.system.search) stage.tell(`no OpenSearch here, left out: ${label}`)
      else await untilKilled(stage, label, arm)
    }
  },
}

/** Kills create-message after this call has been done, before the function has its answer. */
const acceptSteps = ['PutItem', 'UpdateItem', 'SendMessage']

const accept: Scenario = {
  name: 'accept-killed',
  about: 'kill -9 of create-message after each of its calls; clients repeat with their keys',
  async run(stage) {
    const { system } = stage
    let kills = 0
    await underTraffic(
      stage,
      async () => {
        for (const action of Array.from({ length: 3 }, () => acceptSteps).flat()) {
          const done = Promise.withResolvers<void>()
          system.aws.rule((call) => {
            if (call.caller !== 'chat-create-message' || call.action !== action) return 'pass'
            system.aws.rule(undefined)
            return {
              after: async () => {
                kills += system.kill('chat-create-message')
                done.resolve()
                return false
              },
            }
          })
          await Promise.race([done.promise, pause(20_000)])
          await pause(1_500)
        }
        system.aws.rule(undefined)
      },
      { keyed: true, clients: 8, pauseMs: 0, repeats: ['500', '502', '504'] },
    )
    stage.tell(`${kills} processes killed`)
    if (kills < acceptSteps.length * 3) stage.ledger.violations.push(`only ${kills} kills`)
  },
}

const mysqld: Scenario = {
  name: 'mysqld-killed',
  about: 'kill -9 of mysqld before and after a commit, each time started again after 5 s',
  async run(stage) {
    const { system, ledger } = stage
    for (const when of ['asked', 'answered'] as const) {
      const [chat] = await newChats(system, 1)
      if (!chat) throw new Error('no chat')
      const down = Promise.withResolvers<void>()
      let asked = false
      system.mysql.watch((data, from) => {
        if (from === 'function' && data.includes('COMMIT')) asked = true
        if (!asked || (when === 'answered' && from === 'function')) return true
        system.mysql.watch(undefined)
        system.killMysqld().then(down.resolve, down.reject)
        return false
      })
      await underTraffic(stage, async () => {
        await Promise.race([
          down.promise,
          pause(30_000).then(() => Promise.reject(new Error('no commit came'))),
        ])
        stage.tell(`mysqld killed, its COMMIT ${when}`)
        await pause(5_000)
        await system.startMysqld()
      })
      await say(system, ledger, chat, `after the kill, ${when}`, { key: newKey() })
    }
  },
}

export const kills = [persist, accept, mysqld]
