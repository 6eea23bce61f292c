import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildFunctions, metafile } from '../../../bin/build/build.ts'
import { functionEntries, functionsOf } from '../../../lib/function-entries.ts'

const project = join(import.meta.dirname, '..', '..', '..')
const bundleOf = (operation: string) => join(project, 'dist', operation, 'index.js')
const kilobytes = (operation: string) => statSync(bundleOf(operation)).size / 1024
/** The packages inside a bundle. */
const packagesOf = (operation: string): Set<string> =>
  new Set(
    Object.keys(metafile().outputs[`dist/${operation}/index.js`]?.inputs ?? {})
      .map((input) => input.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1])
      .filter((name) => name !== undefined),
  )

beforeAll(async () => {
  await buildFunctions()
}, 60_000)

describe('what is deployed', () => {
  test.each(functionsOf('accept'))(
    '%s is below 400 KB and holds no client of a store',
    (operation) => {
      expect(kilobytes(operation)).toBeLessThan(400)
      expect(packagesOf(operation)).not.toContain('mysql2')
      expect(packagesOf(operation)).not.toContain('@opensearch-project/opensearch')
    },
  )

  test('sweep holds no client of a store, no-route no client at all', () => {
    expect(packagesOf('sweep')).not.toContain('mysql2')
    expect(packagesOf('sweep')).not.toContain('@opensearch-project/opensearch')
    for (const name of packagesOf('no-route'))
      expect(name).not.toMatch(/^@aws-sdk|mysql2|opensearch/)
  })

  // Some room above today's size: what grows beyond it is looked at before it is deployed.
  test.each([
    ['edit', 950],
    ['read', 1250],
    ['persist', 1300],
    ['sweep', 350],
    ['reindex', 1200],
    ['migrate', 1200],
    ['audit', 1300],
    ['api', 120],
    ['docs', 120],
  ])('no function of %s is above %d KB', (stage, limit) => {
    for (const operation of functionsOf(stage))
      expect(kilobytes(operation), operation).toBeLessThan(limit)
  })

  test('credentials come from the environment alone, and no table of an encoding is inside', () => {
    for (const { name } of functionEntries()) {
      const inputs = Object.keys(metafile().outputs[`dist/${name}/index.js`]?.inputs ?? {})
      const idle = /credential-provider-(ini|sso|process|web-identity|login)|encodings\/tables/
      expect(inputs.filter((input) => idle.test(input))).toEqual([])
    }
  })

  test('every bundle loads and has a handler', () => {
    const load = createRequire(import.meta.url)
    for (const { name } of functionEntries())
      expect(load(bundleOf(name)), name).toMatchObject({ handler: expect.any(Function) })
  })
})

describe('building', () => {
  test('again does nothing, so that a deploy of unchanged sources changes nothing', async () => {
    const before = readFileSync(bundleOf('create-message'))
    expect(await buildFunctions()).toBe(false)
    expect(readFileSync(bundleOf('create-message')).equals(before)).toBe(true)
  })

  test('an operation without a file is named', async () => {
    await expect(buildFunctions(join(project, 'docs'))).rejects.toThrow(
      /functions without a file: .*functions\/accept\/create-message\.ts/,
    )
  })
})
