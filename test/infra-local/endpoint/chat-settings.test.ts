import { expect, test } from 'vitest'
import { chatSettings } from '../../../infra-local/endpoint/chat-settings.ts'

test('settings are those that cdk deploy takes, separated by spaces or commas', () => {
  expect(chatSettings('')).toEqual([])
  expect(chatSettings(' ratePerSecond=5  rateBurst=10,maxBodyBytes=4096 ')).toEqual([
    'ratePerSecond=5',
    'rateBurst=10',
    'maxBodyBytes=4096',
  ])
})

test.each(['rateperSecond=5', 'ratePerSecond', '=5', 'target=aws'])(
  'a name that no deploy knows is refused and not ignored: %s',
  (text) => {
    expect(() => chatSettings(`rateBurst=1 ${text}`)).toThrow(
      `has "${text}": take name=value of maxNameCharacters`,
    )
  },
)
