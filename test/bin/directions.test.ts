import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { buildFunctions, metafile } from '../../bin/build.ts'
import { entries } from '../../lib/entries.ts'

const project = join(import.meta.dirname, '..', '..')
const stages = ['accept', 'edit', 'persist', 'read', 'sweep', 'reindex', 'migrate', 'audit', 'docs']
const entryFiles = new Set(entries().map((entry) => entry.file))

interface Import {
  from: string
  to: string
}

/**
 * What each source of functions/ imports of the project, types included: those a bundle no longer
 * shows.
 */
const written: Import[] = globSync('functions/**/*.ts', { cwd: project }).flatMap((from) =>
  [...readFileSync(join(project, from), 'utf8').matchAll(/\b(?:from|import) '(\.[^']+)'/g)].map(
    ([, path]) => ({
      from,
      to: normalize(join(dirname(from), path ?? '')),
    }),
  ),
)

/** What esbuild followed from one file of the project to another. */
let bundled: Import[]
beforeAll(async () => {
  await buildFunctions()
  bundled = Object.entries(metafile().inputs)
    .filter(([from]) => from.startsWith('functions/'))
    .flatMap(([from, { imports }]) => imports.map(({ path }) => ({ from, to: path })))
    .filter(({ to }) => !to.includes('node_modules') && to.endsWith('.ts'))
}, 60_000)

const folderOf = (file: string) => file.split('/')[1] ?? ''
const say = ({ from, to }: Import) => `${from} -> ${to}`
/** The imports that break a rule, of both kinds. */
const breaking = (rule: (each: Import) => boolean) => [
  ...new Set([...written, ...bundled].filter(rule).map(say)),
]

test('the sources show every import that esbuild followed', () => {
  const known = new Set(written.map(say))
  expect(bundled.map(say).filter((each) => !known.has(each))).toEqual([])
  expect(bundled.length).toBeGreaterThan(50)
})

test('nothing in functions imports anything outside of functions', () => {
  expect(breaking(({ to }) => !to.startsWith('functions/'))).toEqual([])
})

test('a stage imports itself, what all stages share, and no other stage', () => {
  const shared = ['resources', 'protocol', 'search', 'rows']
  const api = ['endpoint', 'open-endpoint', 'problem', 'paging', 'conditions'].map(
    (name) => `functions/api/${name}.ts`,
  )
  const may = ({ from, to }: Import) =>
    folderOf(to) === folderOf(from) ||
    shared.includes(folderOf(to)) ||
    api.includes(to) ||
    (entryFiles.has(from) && folderOf(to) === 'clients')
  expect(breaking((each) => stages.includes(folderOf(each.from)) && !may(each))).toEqual([])
})

test('what stages share imports no stage', () => {
  expect(
    breaking(({ from, to }) => !stages.includes(folderOf(from)) && stages.includes(folderOf(to))),
  ).toEqual([])
})

test('only operations, handlers and the endpoint import clients; the API layer only reads its variables', () => {
  const may = ({ from, to }: Import) =>
    entryFiles.has(from) ||
    from === 'functions/api/endpoint.ts' ||
    folderOf(from) === 'clients' ||
    (folderOf(from) === 'api' && to === 'functions/clients/env.ts')
  expect(breaking((each) => folderOf(each.to) === 'clients' && !may(each))).toEqual([])
})

test('the route table imports resources alone, the ports nothing', () => {
  expect(
    breaking(({ from, to }) => from === 'functions/api/routes.ts' && folderOf(to) !== 'resources'),
  ).toEqual([])
  expect(breaking(({ from }) => from === 'functions/protocol/ports.ts')).toEqual([])
})
