import { randomOf } from '../../simulation/world/world.ts'
import { inParallel } from '../../support/parallel.ts'
import type { Call, Fate } from '../aws-proxy.ts'
import { newChats, newKey, say } from '../clients.ts'
import type { Scenario } from '../scenario.ts'

/**
 * Of the calls of all functions one in 25 is throttled, one in 25 is lost, and one in 25 is done
 * but its reply lost.
 */
function unkind(): (call: Call) => Fate {
  // Seeded, so that a run can be repeated; but which call draws which number depends on the moment.
  const random = randomOf(4)
  return ({ action }) => {
    const lot = Math.floor(random() * 25)
    // SQS refuses by another error. The functions treat a lost call in the same way.
    if (lot === 0)
      return action.startsWith('Send') || action.startsWith('Change') ? 'lose' : 'throttle'
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
