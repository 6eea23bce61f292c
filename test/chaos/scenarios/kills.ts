import { setTimeout as pause } from 'node:timers/promises'
import type { Call } from '../aws-proxy.ts'
import { newChats, newKey, say } from '../clients.ts'
import type { Scenario, Stage } from '../scenario.ts'
import { stepOf } from '../step.ts'
import type { System } from '../system.ts'
import { underTraffic } from '../traffic.ts'

/** Kills the process of persist that comes to a certain step, once, and calls `killed` then. */
type Arm = (system: System, killed: () => void) => void

/**
 * A step that is seen by a text to MySQL or to the index: when the text is about to pass, or when
 * the reply to it comes. Other functions send such texts too.
 */
const onWire =
  (engine: 'mysql' | 'search', text: string, when: 'asked' | 'answered'): Arm =>
  (system, killed) => {
    const isStep = stepOf(text, when)
    system[engine]?.watch((piece) => {
      if (!isStep(piece)) return true
      const pid = system.processAt(piece.connection, 'chat-persist')
      if (pid === undefined || !system.kill(pid, 'chat-persist')) return true
      system[engine]?.watch(undefined)
      killed()
      return false
    })
  }

const isPut = ({ action }: Call) => action === 'PutItem'
const isPrune = ({ action, body }: Call) =>
  action === 'UpdateItem' && body.includes('REMOVE #r.#x0')

/** A step that is seen by a call to DynamoDB: before it is passed on, or instead of its reply. */
const onCall =
  (matches: (call: Call) => boolean, when: 'asked' | 'answered', first = async () => {}): Arm =>
  (system, killed) =>
    system.aws.rule((call) => {
      const asked = call.caller === 'chat-persist' && matches(call)
      const pid = asked ? system.processAt(call.connection, 'chat-persist') : undefined
      if (pid === undefined) return 'pass'
      system.aws.rule(undefined)
      const strike = async () => {
        await first()
        if (system.kill(pid, 'chat-persist')) killed()
        return false
      }
      return when === 'asked' ? { before: strike } : { after: strike }
    })

/**
 * The steps of a batch of persist, in its order. What a step does is done or not done: nothing is
 * in between.
 */
const steps: { label: string; arm: Arm; search?: boolean }[] = [
  { label: 'decoded, before its transaction', arm: onWire('mysql', 'START TRANSACTION', 'asked') },
  { label: 'written, before the commit', arm: onWire('mysql', 'COMMIT', 'asked') },
  { label: 'committed, before it knows', arm: onWire('mysql', 'COMMIT', 'answered') },
  { label: 'paid what was owed', arm: onCall(isPut, 'answered') },
  {
    label: 'indexed, before it is noted',
    arm: onWire('search', '/_bulk', 'answered'),
    search: true,
  },
  { label: 'marked, before the HEAD is pruned', arm: onCall(isPrune, 'asked') },
  // The index is noted beside the settling, within the same second. After that only the return is
  // left.
  { label: 'all done, before it returns', arm: onCall(isPrune, 'answered', () => pause(1_200)) },
]

/**
 * Sends messages, and creates chats (which owe a HEAD), until persist has come to the armed step
 * and was killed.
 */
async function untilKilled(stage: Stage, label: string, arm: Arm): Promise<void> {
  const { system, ledger, log } = stage
  const killed = Promise.withResolvers<void>()
  let fired = false
  await underTraffic(
    stage,
    async () => {
      // A batch of one could not be killed in its middle. By now several messages wait.
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
  if (fired) log(`persist killed: ${label}`)
  else ledger.violations.push(`persist did not come to the step "${label}"`)
}

const persist: Scenario = {
  name: 'persist-killed',
  about: `kill -9 of persist in the middle of a batch, at ${steps.length} steps, each in other chats`,
  async run(stage) {
    for (const { label, arm, search } of steps) {
      if (search && !stage.system.search) stage.log(`no OpenSearch here, left out: ${label}`)
      else await untilKilled(stage, label, arm)
    }
  },
}

const acceptSteps = ['PutItem', 'UpdateItem', 'SendMessage']
const acceptRounds = 5

/**
 * Kills create-message when its call of this kind is done and it has no reply yet. Returns whether
 * that happened.
 */
async function killAfter(system: System, action: string): Promise<boolean> {
  const done = Promise.withResolvers<boolean>()
  system.aws.rule((call) => {
    const asked = call.caller === 'chat-create-message' && call.action === action
    const pid = asked ? system.processAt(call.connection, 'chat-create-message') : undefined
    if (pid === undefined) return 'pass'
    system.aws.rule(undefined)
    return {
      after: async () => {
        done.resolve(system.kill(pid, 'chat-create-message'))
        return false
      },
    }
  })
  const came = await Promise.race([done.promise, pause(20_000, false)])
  system.aws.rule(undefined)
  return came
}

const accept: Scenario = {
  name: 'accept-killed',
  about: 'kill -9 of create-message after each of its calls; clients repeat with their keys',
  async run(stage) {
    const steps = Array.from({ length: acceptRounds }, () => acceptSteps).flat()
    let kills = 0
    await underTraffic(
      stage,
      async () => {
        for (const action of steps) {
          if (await killAfter(stage.system, action)) kills += 1
          await pause(500)
        }
      },
      { keyed: true, clients: 8, pauseMs: 0, repeats: ['500', '502', '504'] },
    )
    stage.log(`${kills} processes killed`)
    if (kills < steps.length) stage.ledger.violations.push(`only ${kills} kills`)
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
      const isStep = stepOf('COMMIT', when)
      system.mysql.watch((piece) => {
        if (!isStep(piece)) return true
        system.mysql.watch(undefined)
        system.killMysqld().then(down.resolve, down.reject)
        return false
      })
      await underTraffic(stage, async () => {
        await Promise.race([
          down.promise,
          pause(30_000).then(() => Promise.reject(new Error('no commit came'))),
        ])
        stage.log(`mysqld killed, its COMMIT ${when}`)
        await pause(5_000)
        await system.startMysqld()
      })
      await say(system, ledger, chat, `after the kill, ${when}`, { key: newKey() })
    }
  },
}

export const kills = [persist, accept, mysqld]
