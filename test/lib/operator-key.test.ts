import { App, Stack } from 'aws-cdk-lib'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import { afterEach, expect, test, vi } from 'vitest'
import {
  insistOnOperatorKey,
  isOpenToStrangers,
  listingKeySha256,
  operatorKeySha256,
} from '../../lib/operator-key.ts'
import { checkedSettings } from '../../lib/settings.ts'
import type { StageSettings } from '../../lib/settings-schema.ts'
import { appWith, synthMs, templateOf } from './synthesised.ts'

const hash = 'ab'.repeat(32)
const stackOf = () => new Stack(new App({ builtinCloudFormationValidation: false }), 'stack')
const onAws = (given: StageSettings) => checkedSettings(given, { target: 'aws', stage: 'prod' })
const local = checkedSettings({}, { target: 'local', stage: 'local' })

afterEach(() => vi.unstubAllEnvs())

test('not set on AWS, both stacks have a parameter without default, so that a deploy stops, and the first one says why', () => {
  const stores = stackOf()
  insistOnOperatorKey(stores, onAws({}))
  const chat = stackOf()
  expect(operatorKeySha256(chat, onAws({}))).toContain('Token')
  for (const stack of [stores, chat])
    Template.fromStack(stack).hasParameter('OperatorKeySha256', {
      Type: 'String',
      Default: Match.absent(),
    })
  Annotations.fromStack(stores).hasWarning('*', Match.stringLikeRegexp('npm run operator-key'))
})

test('set, it is the hashes themselves and nothing is asked for', () => {
  const stack = stackOf()
  const settings = onAws({ operatorKeySha256: `${hash.toUpperCase()},${hash}` })
  insistOnOperatorKey(stack, settings)
  expect(operatorKeySha256(stack, settings)).toBe(`${hash},${hash}`)
  expect(Template.fromStack(stack).findParameters('OperatorKeySha256')).toEqual({})
})

test('open is empty and nothing is asked for', () => {
  const stack = stackOf()
  insistOnOperatorKey(stack, onAws({ operatorKey: 'open' }))
  expect(operatorKeySha256(stack, onAws({ operatorKey: 'open' }))).toBe('')
})

test('locally it is what the environment sets, open when that sets nothing', () => {
  vi.stubEnv('OPERATOR_KEY_SHA256', undefined)
  expect(operatorKeySha256(stackOf(), local)).toBe('')
  vi.stubEnv('OPERATOR_KEY_SHA256', hash)
  expect(operatorKeySha256(stackOf(), local)).toBe(hash)
})

test('open on AWS is open to creates alone, and says so; a list would hand out every token', () => {
  const stack = stackOf()
  const settings = onAws({ operatorKey: 'open' })
  expect(listingKeySha256(stack, operatorKeySha256(stack, settings), settings)).toBe('none')
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('Nobody can list them'))
})

test('locally, and with a key, listing is as creating', () => {
  expect(listingKeySha256(stackOf(), '', local)).toBe('')
  const stack = stackOf()
  expect(listingKeySha256(stack, hash, onAws({ operatorKeySha256: hash }))).toBe(hash)
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue())
})

test('a key that lists is another one than that which creates, where it is set', () => {
  const [creating, listing] = [hash, 'cd'.repeat(32)]
  const stack = stackOf()
  const two = onAws({ operatorKeySha256: creating, listingKeySha256: listing.toUpperCase() })
  expect(operatorKeySha256(stack, two)).toBe(creating)
  expect(listingKeySha256(stack, creating, two)).toBe(listing)
  const open = onAws({ operatorKey: 'open', listingKeySha256: listing })
  expect(listingKeySha256(stack, operatorKeySha256(stack, open), open)).toBe(listing)
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue())
})

test.each(['', 'none', 'open', 'zz'])('a listing key that is no hash is refused: %j', (value) => {
  expect(() => onAws({ listingKeySha256: value })).toThrow(/64 hex/)
})

test('creates are throttled as those of strangers wherever they are open, whoever may list', () => {
  expect(isOpenToStrangers('', onAws({ listingKeySha256: hash }))).toBe(true)
  expect(isOpenToStrangers(hash, onAws({}))).toBe(false)
  expect(isOpenToStrangers('', local)).toBe(false)
})

test.each([
  [{ operatorKeySha256: 'not a hash' }, /64 hex digits/],
  [{ operatorKeySha256: '' }, /64 hex digits/],
  [{ operatorKey: 'secret' }, /takes "open" only/],
  [{ operatorKey: 'open', operatorKeySha256: hash }, /contradict/],
])('%o is refused', (given, message) => {
  expect(() => checkedSettings(given, { target: 'aws', stage: 'prod' })).toThrow(message)
})

test(
  'the function that creates has the hashes of the keys that create, the one that lists those that list',
  async () => {
    const keys = { operatorKeySha256: hash, listingKeySha256: 'cd'.repeat(32) }
    const chat = templateOf(await appWith(keys), 'chat')
    for (const [name, value] of [
      ['create-application', keys.operatorKeySha256],
      ['list-applications', keys.listingKeySha256],
    ])
      chat.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: `chat-${name}`,
        Environment: { Variables: { OPERATOR_KEY_SHA256: value } },
      })
  },
  synthMs,
)
