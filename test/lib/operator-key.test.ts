import { App, Stack } from 'aws-cdk-lib'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import { afterEach, expect, test, vi } from 'vitest'
import {
  insistOnOperatorKey,
  isOpenToStrangers,
  listingKeySha256,
  operatorKeySha256,
} from '../../lib/operator-key.ts'

const hash = 'ab'.repeat(32)
const stackWith = (context: Record<string, unknown>) =>
  new Stack(new App({ context, builtinCloudFormationValidation: false }), 'stack')

afterEach(() => vi.unstubAllEnvs())

test('not set on AWS, both stacks have a parameter without default, so that a deploy stops, and the first one says why', () => {
  const stores = stackWith({})
  insistOnOperatorKey(stores)
  const chat = stackWith({})
  expect(operatorKeySha256(chat)).toContain('Token')
  for (const stack of [stores, chat])
    Template.fromStack(stack).hasParameter('OperatorKeySha256', {
      Type: 'String',
      Default: Match.absent(),
    })
  Annotations.fromStack(stores).hasWarning('*', Match.stringLikeRegexp('npm run operator-key'))
})

test('set, it is the hashes themselves and nothing is asked for', () => {
  const stack = stackWith({ operatorKeySha256: `${hash.toUpperCase()},${hash}` })
  insistOnOperatorKey(stack)
  expect(operatorKeySha256(stack)).toBe(`${hash},${hash}`)
  expect(Template.fromStack(stack).findParameters('OperatorKeySha256')).toEqual({})
})

test('open is empty and nothing is asked for', () => {
  const stack = stackWith({ operatorKey: 'open' })
  insistOnOperatorKey(stack)
  expect(operatorKeySha256(stack)).toBe('')
})

test('locally it is what the environment sets, open when that sets nothing', () => {
  vi.stubEnv('OPERATOR_KEY_SHA256', undefined)
  expect(operatorKeySha256(stackWith({ target: 'local' }))).toBe('')
  vi.stubEnv('OPERATOR_KEY_SHA256', hash)
  expect(operatorKeySha256(stackWith({ target: 'local' }))).toBe(hash)
})

test('open on AWS is open to creates alone, and says so; a list would hand out every token', () => {
  const stack = stackWith({ operatorKey: 'open' })
  expect(listingKeySha256(stack, operatorKeySha256(stack))).toBe('none')
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('Nobody can list them'))
})

test('locally, and with a key, listing is as creating', () => {
  expect(listingKeySha256(stackWith({ target: 'local' }), '')).toBe('')
  const stack = stackWith({ operatorKeySha256: hash })
  expect(listingKeySha256(stack, hash)).toBe(hash)
  Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue())
})

test('a key that lists is another one than that which creates, where it is set', () => {
  const [creating, listing] = [hash, 'cd'.repeat(32)]
  const stack = stackWith({ operatorKeySha256: creating, listingKeySha256: listing.toUpperCase() })
  expect(operatorKeySha256(stack)).toBe(creating)
  expect(listingKeySha256(stack, creating)).toBe(listing)
  const open = stackWith({ operatorKey: 'open', listingKeySha256: listing })
  expect(listingKeySha256(open, operatorKeySha256(open))).toBe(listing)
  Annotations.fromStack(open).hasNoWarning('*', Match.anyValue())
})

test.each(['', 'none', 'open', 'zz'])('a listing key that is no hash is refused: %j', (value) => {
  expect(() => listingKeySha256(stackWith({ listingKeySha256: value }), hash)).toThrow(/64 hex/)
})

test('creates are throttled as those of strangers wherever they are open, whoever may list', () => {
  expect(isOpenToStrangers(stackWith({ listingKeySha256: hash }), '')).toBe(true)
  expect(isOpenToStrangers(stackWith({}), hash)).toBe(false)
  expect(isOpenToStrangers(stackWith({ target: 'local' }), '')).toBe(false)
})

test.each([
  [{ operatorKeySha256: 'not a hash' }, /64 hex digits/],
  [{ operatorKeySha256: '' }, /64 hex digits/],
  [{ operatorKey: 'secret' }, /takes "open" only/],
  [{ operatorKey: 'open', operatorKeySha256: hash }, /contradict/],
])('%o is refused', (context, message) => {
  expect(() => operatorKeySha256(stackWith(context))).toThrow(message)
})
