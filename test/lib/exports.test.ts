import type { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, test } from 'vitest'
import type { StageSettings } from '../../lib/settings-schema.ts'
import { appWith, exportsOf, importsOf, synthMs, templateOf } from './synthesised.ts'

interface Deploy {
  stores: Template
  chat: Template
}
const deployWith = async (settings: StageSettings): Promise<Deploy> => {
  const app = await appWith({}, { everywhere: { operatorKey: 'open', ...settings } })
  return { stores: templateOf(app, 'chat-stores'), chat: templateOf(app, 'chat') }
}
let deployed: Deploy
beforeAll(async () => {
  deployed = await deployWith({})
}, synthMs)

/**
 * `cdk deploy --all` updates the stores first, and CloudFormation refuses an update that deletes an
 * export which the deployed functions import. So what is deployed says what must stay.
 */
describe('over a stage that is deployed', () => {
  const cluster = { name: 'restored', resourceId: 'cluster-A', endpoint: 'restored.example.org' }
  const domain = { name: 'other', endpoint: 'other.example.org' }
  const settings: [string, StageSettings][] = [
    ['adopt.table', { adopt: { table: 'chat-restored' } }],
    ['adopt.cluster', { adopt: { cluster } }],
    ['adopt.domain', { adopt: { domain } }],
    [
      'all sizes',
      {
        ...{ zones: 1, minCapacity: 0, maxCapacity: 2, readers: 0, backupDays: 1, searchNodes: 1 },
        ...{ searchMasters: 0, requestsPerAddress: 'none', flowLogs: false, data: 'deleted' },
        ...{ reservedConcurrency: 'off', basePath: '', warmWritesPerSecond: 5000 },
      },
    ],
  ]

  test.each(settings)(
    '%s takes no export from the functions, nor is it missed by the next deploy without it',
    async (_, changed) => {
      const { stores, chat } = await deployWith(changed)
      expect(exportsOf(stores)).toEqual(exportsOf(deployed.stores))
      expect(exportsOf(stores)).toEqual(expect.arrayContaining(importsOf(chat)))
    },
    synthMs,
  )

  test(
    'search: none takes those of the domain, so the functions alone can be deployed first',
    async () => {
      const { stores, chat } = await deployWith({ search: 'none' })
      const lost = exportsOf(deployed.stores).filter((name) => !exportsOf(stores).includes(name))
      expect(lost).toHaveLength(3)
      for (const name of lost) expect(name).toContain('Search14E54FC3')
      expect(importsOf(deployed.chat)).toEqual(expect.arrayContaining(lost))
      // The functions by themselves, before the stores: they find what is deployed.
      expect(importsOf(chat)).not.toHaveLength(0)
      expect(exportsOf(deployed.stores)).toEqual(expect.arrayContaining(importsOf(chat)))
      expect(importsOf(chat).filter((name) => lost.includes(name))).toEqual([])
    },
    synthMs,
  )
})
