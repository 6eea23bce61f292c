import { globSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Import, importsOf, project, show } from './imports.ts'

const sources = (root: string) => `${root}/**/*.{ts,mjs}`

/** The folder below `root` that a file is in; '' for the files of `root` itself. */
const folderOf = (file: string): string => {
  const [, folder = '', ...rest] = file.split('/')
  return rest.length > 0 ? folder : ''
}

/**
 * The folders from the ground up: a folder imports itself and what stands lower. Folders in one row
 * do not know each other.
 */
const floors = {
  'infra-local': [['machine'], ['engines'], ['endpoint', 'front'], ['']],
  bin: [['cli'], ['build', 'openapi', 'operate'], ['']],
}

describe.each(Object.entries(floors))('in %s', (root, rows) => {
  const floorOf = (file: string) => rows.findIndex((row) => row.includes(folderOf(file)))

  test('every folder has its floor', () => {
    const folders = new Set(globSync(sources(root), { cwd: project }).map(folderOf))
    expect([...folders].toSorted()).toEqual(rows.flat().toSorted())
  })

  test('arrows go down only', () => {
    const inside = importsOf(sources(root)).filter(({ to }) => to.startsWith(`${root}/`))
    const goesDown = ({ from, to }: Import) =>
      folderOf(to) === folderOf(from) || floorOf(to) < floorOf(from)
    expect(inside.length).toBeGreaterThan(5)
    expect(inside.filter((each) => !goesDown(each)).map(show)).toEqual([])
  })
})

/** What each root folder may import of the others. */
const reach: Record<string, string[]> = {
  lib: ['functions'],
  bin: ['functions', 'lib', 'chat.config.ts'],
  'infra-local': ['functions', 'lib'],
}

test.each(Object.entries(reach))('%s imports nothing but itself and %s', (root, others) => {
  const may = new Set([root, ...others])
  const outside = importsOf(sources(root)).filter(({ to }) => !may.has(to.split('/')[0] ?? ''))
  expect(outside.map(show)).toEqual([])
})

test('the stacks know of the functions their tables alone: routes, problems, limits, migrations, names', () => {
  const tables = new Set([
    'functions/api/routes.ts',
    // The gateway's own responses look like those of the functions.
    'functions/api/cors.ts',
    'functions/api/problem-response.ts',
    'functions/api/security-headers.ts',
    'functions/problems/problem.ts',
    'functions/limits/limits.ts',
    // A deploy runs the migration where there are new ones.
    'functions/mysql/migrations/index.ts',
    // Types: the variables that a function reads, the counts that it logs.
    'functions/clients/env.ts',
    'functions/protocol/ports/log.ts',
  ])
  const known = importsOf(sources('lib')).filter(({ to }) => to.startsWith('functions/'))
  expect(known.filter(({ to }) => !tables.has(to)).map(show)).toEqual([])
})
