import fc from 'fast-check'
import type { Value } from '../../../functions/kinds/kinds.ts'
import { appKey } from '../../../functions/protocol/model/app-key.ts'
import { applicationParent, chatParent, root } from '../../../functions/protocol/model/parent.ts'
import type { Change } from '../../../functions/protocol/model/reservation.ts'
import { chatValue, messageValue } from '../../support/values.ts'

const token = fc.constantFrom('one', 'two')
const small = fc.constantFrom(1, 2, 3)
const act = fc.constantFrom<Change['act']>('create', 'create', 'edit', 'delete')
const text = fc.constantFrom('a', 'b', 'c')
const rev = fc.integer({ min: 1, max: 9 })
/** Two creates for one number: a collision. A schedule without lost counters has none. */
const rival = fc.constantFrom(1, 1, 1, 2)

/** A text that is never the same twice: the rev is in it. */
const timesOf = (rev: number, act: Change['act']) => ({
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: `2026-01-01T00:00:0${rev}.000Z`,
  deleted_at: act === 'delete' ? `2026-01-02T00:00:0${rev}.000Z` : null,
})

interface Parts {
  token: string
  number: number
  chat: number
  act: Change['act']
  rev: number
  rival: number
  text: string
}
const parts = fc.record({
  token,
  number: small,
  chat: fc.constantFrom(1, 2),
  act,
  rev,
  rival,
  text,
})

const changeOf = (kind: string, { number, act, rev, rival }: Parts) => ({
  rid: act === 'create' ? `${kind}/${number}/${rival}` : `${kind}/${number}/${act}/${rev}`,
  rev,
  number,
  act,
})

const message = parts.map((given): Change => {
  const parent = chatParent(appKey(given.token), given.chat)
  const times = timesOf(given.rev, given.act)
  const value = messageValue(given.text, { metadata: { [given.text]: 1 }, ...times })
  return { ...changeOf(`m-${given.token}-${given.chat}`, given), parent, value }
})
const chat = parts.map((given): Change => {
  const value = chatValue({ title: given.text, ...timesOf(given.rev, given.act) })
  return {
    ...changeOf(`c-${given.token}`, given),
    parent: applicationParent(appKey(given.token)),
    value,
  }
})
/**
 * An application keeps its number. The third has that of the first, as after a loss of the root's
 * counter.
 */
const numberOf = { one: 1, two: 2, three: 1 }
export const tokens = ['one', 'two', 'three'] as const
const application = fc.tuple(parts, fc.constantFrom(...tokens)).map(([given, token]): Change => {
  const value: Value = { token, name: given.text, ...timesOf(given.rev, given.act) }
  const own = { ...given, number: numberOf[token], rival: 1 }
  return { ...changeOf(`a-${token}`, own), parent: root, value }
})

/** A change as persist stores it: few keys, so that they meet, in any order of revs. */
const change = fc.oneof(
  { weight: 5, arbitrary: message },
  { weight: 3, arbitrary: chat },
  { weight: 1, arbitrary: application },
)

const holds = (batch: Change[], token: string) =>
  batch.some(({ value }) => 'token' in value && value.token === token)

/**
 * One transaction. Which of two rivals in one transaction gets the number is not promised, so no
 * transaction has both.
 */
export const batch = fc
  .array(change, { minLength: 1, maxLength: 6 })
  .filter((changes) => !(holds(changes, 'one') && holds(changes, 'three')))

/** What the index has taken: one rev of each message, as after a bulk. */
export const marks = fc.uniqueArray(
  parts.map(({ token, chat, number, rev }) => ({ app: appKey(token), chat, number, rev })),
  { minLength: 1, maxLength: 4, selector: ({ app, chat, number }) => `${app}#${chat}#${number}` },
)
