import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { buildFunctions, metafile } from '../../bin/build/build.ts'
import { functionEntries } from '../../lib/function-entries.ts'
import { type Import, importsOf, project, show } from './imports.ts'

/**
 * The folders of functions/ from the ground up, as docs/architecture.md draws them: a folder
 * imports itself and what stands lower. Folders in one row do not know each other.
 */
const floors = [
  ['problems', 'limits'],
  ['kinds'],
  ['protocol/model'],
  ['protocol/ports'],
  ['protocol/table'],
  ['protocol/write'],
  ['protocol/read'],
  ['search'],
  ['mysql', 'opensearch'],
  ['clients'],
  ['api'],
  ['accept', 'edit', 'persist', 'read', 'sweep', 'reindex', 'migrate', 'audit', 'docs'],
]
const stages = floors.at(-1) ?? []
const entryFiles = new Set(functionEntries().map((entry) => entry.file))

const written = importsOf('functions/**/*.ts')

/** What esbuild followed from one file of the project to another. */
let bundled: Import[]
beforeAll(async () => {
  await buildFunctions()
  bundled = Object.entries(metafile().inputs)
    .filter(([from]) => from.startsWith('functions/'))
    .flatMap(([from, { imports }]) => imports.map(({ path }) => ({ from, to: path })))
    .filter(({ to }) => !to.includes('node_modules') && to.endsWith('.ts'))
}, 60_000)

/** The folder of `floors` that a file is in; what lies deeper belongs to it. */
function folderOf(file: string): string {
  const [, first = '', second = ''] = file.split('/')
  return first === 'protocol' ? `${first}/${second}` : first
}
const floorOf = (file: string): number =>
  floors.findIndex((folders) => folders.includes(folderOf(file)))

/** The imports that break a rule, of both kinds. */
const breaking = (rule: (each: Import) => boolean) => [
  ...new Set([...written, ...bundled].filter(rule).map(show)),
]

test('the sources show every import that esbuild followed', () => {
  const known = new Set(written.map(show))
  expect(bundled.map(show).filter((each) => !known.has(each))).toEqual([])
  expect(bundled.length).toBeGreaterThan(50)
})

test('nothing in functions imports anything outside of functions', () => {
  expect(breaking(({ to }) => !to.startsWith('functions/'))).toEqual([])
})

test('every folder of functions has its floor', () => {
  const folders = new Set(globSync('functions/**/*.ts', { cwd: project }).map(folderOf))
  expect([...folders].toSorted()).toEqual(floors.flat().toSorted())
})

test('docs/architecture.md lists the same floors', () => {
  const page = readFileSync(join(project, 'docs', 'architecture.md'), 'utf8')
  const listed = [...page.matchAll(/^\d+\. ((?:`[^`]+`(?:, )?)+):/gm)].map(([, names = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  expect(listed).toEqual(floors)
})

test('arrows go down only: a folder imports itself and what stands on a lower floor', () => {
  const may = ({ from, to }: Import) =>
    folderOf(to) === folderOf(from) || floorOf(to) < floorOf(from)
  expect(breaking((each) => !may(each))).toEqual([])
})

test('only operations, handlers, endpoints and the wiring of a stage import clients; the API layer only reads its variables and writes its log', () => {
  const wiring = ['accept', 'edit', 'read'].map((stage) => `functions/${stage}/wiring.ts`)
  const may = ({ from, to }: Import) =>
    entryFiles.has(from) ||
    wiring.includes(from) ||
    /^functions\/api\/(application|mysql)-endpoint\.ts$/.test(from) ||
    folderOf(from) === 'clients' ||
    (folderOf(from) === 'api' && /^functions\/clients\/(env|log)\.ts$/.test(to))
  expect(breaking((each) => folderOf(each.to) === 'clients' && !may(each))).toEqual([])
})

test('a stage takes of the API layer what makes a response, not its inside', () => {
  const endpoints = ['application-endpoint', 'endpoint', 'mysql-endpoint', 'stage-endpoint', 'call']
  const responses = [
    'accept-encoding',
    'etags',
    'http-response',
    'page-response',
    'response-room',
    'read-headers',
  ]
  const files = [...endpoints, ...responses, 'schemas/limits', 'schemas/queries']
  const may = new Set(files.map((name) => `functions/api/${name}.ts`))
  const inside = (each: Import) => folderOf(each.to) === 'api' && !may.has(each.to)
  expect(breaking((each) => stages.includes(folderOf(each.from)) && inside(each))).toEqual([])
})

test('the route table imports schemas alone, the ports no more than the model', () => {
  const schema = /^functions\/(kinds|api\/schemas)\//
  expect(
    breaking(({ from, to }) => from === 'functions/api/routes.ts' && !schema.test(to)),
  ).toEqual([])
  const ports = ({ from, to }: Import) =>
    folderOf(from) === 'protocol/ports' && !/\/(kinds|model|ports)\//.test(to)
  expect(breaking(ports)).toEqual([])
})
