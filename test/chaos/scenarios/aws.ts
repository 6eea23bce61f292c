import fc from 'fast-check'
import { inParallel } from '../../support/parallel.ts'
import type { Call, Fate } from '../aws-proxy.ts'
import { newChats, newKey, say } from '../clients.ts'
import type { Scenario } from '../scenario.ts'

/** Of the calls of all functions: one in 25 is throttled, one in 25 lost, one in 25 done and its reply lost. */
function unkind(): (call: Call) => Fate {
  // Seeded, so that a run can be done again; which call draws which number depends on the moment.
  const random = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: 4, numRuns: 10_000 })
  let drawn = 0
  return ({ action }) => {
    const lot = Math.floor((random[drawn++ % random.length] ?? 1) * 25)
    if (lot === 0) return action.startsWith('Send') || action.startsWith('Change') ? 'lose' : 'throttle'
    if (lot === 1) return 'lose'
    return lot === 2 ? 'lose-reply' : 'pass'
  }
}

const unkindAws: Scenario = {
  name: 'unkind-aws',
  about: '12 % of all calls to DynamoDB and SQS are throttled, lost, or done with their reply lost',
  async run({ system, ledger, share }) {
    const [chat, other] = await newChats(system, 2)
    if (!chat || !other) throw new Error('no chats')
    system.aws.rule(unkind())
    await inParallel(24, Math.round(1000 * share), (i) =>
      say(system, ledger, i % 3 ? chat : other, `unkind ${i}`, { key: newKey() }),
    )
    system.aws.rule(undefined)
  },
}

export const aws = [unkindAws]
