import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const project = join(import.meta.dirname, '..', '..')

test('no exported type of functions/ has the name of another one', () => {
  const exported = /^export (?:interface|type|class|abstract class|enum) (\w+)/gm
  const filesOf = new Map<string, string[]>()
  for (const file of globSync('functions/**/*.ts', { cwd: project }))
    for (const [, name = ''] of readFileSync(join(project, file), 'utf8').matchAll(exported))
      filesOf.set(name, [...(filesOf.get(name) ?? []), file])
  expect(filesOf.size).toBeGreaterThan(100)
  expect([...filesOf].filter(([, files]) => files.length > 1)).toEqual([])
})

test('no comment is above 100 columns', () => {
  const sources = globSync('{*,{bin,docs,functions,infra-local,lib,test}/**/*}.{ts,mts,mjs,py}', {
    cwd: project,
    // Made by a tool, from descriptions that stand in the document.
    exclude: ['docs/examples/api.ts'],
  })
  expect(sources.length).toBeGreaterThan(400)
  const comment = /^\s*(?:\/\/|\/?\*|#)|\s\/\/ /
  const wide = sources.flatMap((file) =>
    readFileSync(join(project, file), 'utf8')
      .split('\n')
      .filter((line) => [...line].length > 100 && comment.test(line) && !line.includes('://'))
      .map((line) => `${file}: ${line}`),
  )
  expect(wide).toEqual([])
})
