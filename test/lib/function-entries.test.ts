import { existsSync, globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { functionEntries, functionsOf, jobs, pascalCase } from '../../lib/function-entries.ts'
import { appWith, project, resourcesOf, synthMs, templateOf } from './synthesised.ts'

let functionNames: string[]
beforeAll(async () => {
  const chat = templateOf(await appWith({ operatorKey: 'open' }), 'chat')
  functionNames = resourcesOf(chat, 'AWS::Lambda::Function')
    .map(([, { Properties }]) => Properties.FunctionName)
    .filter((name) => typeof name === 'string')
}, synthMs)

test('every function of the routes and every job is one file and one function in the template', () => {
  for (const { file } of functionEntries()) expect(existsSync(join(project, file)), file).toBe(true)
  expect(functionNames.sort()).toEqual(
    functionEntries()
      .map(({ name }) => `chat-${name}`)
      .sort(),
  )
})

test('every file named like an operation has a route', () => {
  const verbs = /^(create|show|list|update|search|delete)-/
  for (const stage of ['accept', 'edit', 'read']) {
    const files = globSync(`functions/${stage}/*.ts`, { cwd: project }).map((file) =>
      basename(file, '.ts'),
    )
    expect(functionsOf(stage)).toEqual(
      expect.arrayContaining(files.filter((file) => verbs.test(file))),
    )
  }
})

test('every folder with a handler is a job, or the pages', () => {
  const folders = globSync('functions/*/handler.ts', { cwd: project }).map(
    (file) => file.split('/')[1],
  )
  expect(folders.sort()).toEqual([...jobs, 'docs'].sort())
})

test('an operation becomes a logical id', () => {
  expect(pascalCase('create-message')).toBe('CreateMessage')
  expect(pascalCase('show-health')).toBe('ShowHealth')
})
