import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import config from '../../chat.config.ts'
import { readSettings } from '../../lib/config.ts'
import { prefixOf } from '../../lib/settings.ts'
import { settingNames } from '../../lib/settings-schema.ts'
import { appWith, project, stackOf, synthMs } from './synthesised.ts'

const hash = 'ab'.repeat(32)
const read = (...args: Parameters<typeof readSettings>) => readSettings(...args).settings

describe('the settings of a stage', () => {
  const file = {
    everywhere: { operatorKeySha256: hash, maxBodyBytes: 100, throttle: 10 },
    stages: { prod: { alarmEmail: 'a@example.org' }, dev: { maxBodyBytes: 200 } },
  }

  test('are those of everywhere and, before them, its own', () => {
    expect(read({}, file)).toMatchObject({
      stage: 'prod',
      maxBodyBytes: 100,
      alarmEmail: 'a@example.org',
    })
    const dev = read({ stage: 'dev' }, file)
    expect(dev).toMatchObject({ stage: 'dev', maxBodyBytes: 200, throttle: 10 })
    expect(dev).not.toHaveProperty('alarmEmail')
  })

  test('may be those of a stage that the file does not name', () => {
    expect(read({ stage: 'alice-2' }, file)).toMatchObject({ stage: 'alice-2', maxBodyBytes: 100 })
  })

  test('do not count on a laptop, where -c alone sets them', () => {
    const local = read({ target: 'local', maxBodyBytes: '7' }, file)
    expect(local).toMatchObject({ target: 'local', stage: 'local', maxBodyBytes: 7 })
    expect(local).not.toHaveProperty('throttle')
  })

  test('keep the data of prod, and of no other stage', () => {
    expect([{}, { stage: 'dev' }].map((context) => read(context, {}).data)).toEqual([
      'kept',
      'deleted',
    ])
  })

  test('name stacks: chat is prod, and no stage has the name of another stack', () => {
    expect(prefixOf(read({}, {}))).toBe('chat')
    expect(prefixOf(read({ stage: 'dev' }, {}))).toBe('chat-dev')
    for (const stage of ['stores', 'Dev', 'a--b', '-a', '', 'x'.repeat(21), 1])
      expect(() => read({ stage }, {}), String(stage)).toThrow(/-c stage=/)
  })
})

describe('what is wrong stops the synth and is named', () => {
  test.each([
    [
      { alarmMail: 'a@example.org' },
      /^alarmMail: there is no such setting. There are .*alarmEmail/,
    ],
    [{ alarmEmail: 'nobody' }, /^alarmEmail=nobody: a mail address/],
    [{ data: 'lost' }, /^data=lost: one of "protected", "kept", "deleted"/],
    [{ throttle: 0, maxBodyBytes: 1.5 }, /maxBodyBytes=1.5: .*\n?.*throttle=0: /s],
    [{ requestsPerAddress: 9 }, /^requestsPerAddress=9: a whole number/],
    [{ flowLogs: 'perhaps' }, /^flowLogs=perhaps: true or false/],
    [{ minCapacity: 0.7 }, /^minCapacity=0.7: units of capacity, from 0 to 256 in halves/],
    [{ searchNodeType: 'large' }, /^searchNodeType=large: a type such as t3.small.search/],
    [{ minCapacity: 4, maxCapacity: 2 }, /^maxCapacity=2 is below minCapacity=4/],
    [{ zones: 2, searchNodes: 3 }, /^searchNodes=3 cannot be spread over zones=2/],
    [{ searchMasters: 2 }, /^searchMasters=2: 0, 3 or 5/],
    [{ operatorKey: 'open', operatorKeySha256: hash }, /contradict each other/],
    [{ rateBurst: 5, ratePerSecond: 'none' }, /rateBurst needs ratePerSecond/],
  ])('in the file or by -c: %o', (given, message) => {
    // As a file that nobody checked for its types.
    const stages = JSON.parse(JSON.stringify({ prod: given }))
    expect(() => read({}, { stages })).toThrow(message)
    const context = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, String(value)]),
    )
    expect(() => read(context, {})).toThrow(message)
  })

  test.each([
    [{ tables: 'x' }, /^adopt.tables: there is no such setting/],
    [{ cluster: { name: 'c', endpoint: 'e' } }, /adopt.cluster.resourceId/],
    [
      { domain: { name: 'd', endpoint: 'https://d' } },
      /^adopt.domain.endpoint=https:\/\/d: a name as/,
    ],
  ])('what is adopted: %o', (adopt, message) => {
    const stages = JSON.parse(JSON.stringify({ prod: { adopt } }))
    expect(() => read({}, { stages })).toThrow(message)
  })

  test('a setting beside the stages', () => {
    const written = JSON.parse('{"alarmEmail": "a@example.org"}')
    expect(() => read({}, written)).toThrow(/there is no alarmEmail, only everywhere, stages; sett/)
  })

  test('but not what the CDK itself puts there', () => {
    const context = { '@aws-cdk/core:x': true, 'aws:cdk:y': 1, tree: {}, 'cdk-migrate': true }
    expect(read(context, {})).toMatchObject({ stage: 'prod' })
  })
})

describe('the synth warns', () => {
  const warned = async (...args: Parameters<typeof appWith>) =>
    Annotations.fromStack(stackOf(await appWith(...args), 'chat'))
  const set = { everywhere: { operatorKeySha256: hash, alarmEmail: 'a@example.org' } }

  test(
    'of what only -c sets, because the next deploy forgets it',
    async () => {
      const context = { throttle: '10', operatorKeySha256: hash }
      ;(await warned(context, set)).hasWarning(
        '*',
        Match.stringLikeRegexp('^throttle: set by -c alo'),
      )
      ;(await warned({}, set)).hasNoWarning('*', Match.stringLikeRegexp('set by -c'))
    },
    synthMs,
  )

  test(
    'of a prod whose alarms nobody gets',
    async () => {
      const alone = await warned({}, { everywhere: { operatorKeySha256: hash } })
      alone.hasWarning('*', Match.stringLikeRegexp('set alarmEmail in chat.config.ts'))
    },
    synthMs,
  )
})

test.each(['chat.config.ts', join('docs', 'deploying.md')])('%s names every setting', (file) => {
  const words = new Set(readFileSync(join(project, file), 'utf8').match(/\w+/g))
  expect(settingNames.filter((name) => !words.has(name))).toEqual([])
})

test.each(Object.keys(config.stages))('chat.config.ts is right for %s', (stage) => {
  expect(read({ stage }, config)).toMatchObject({ stage })
})
