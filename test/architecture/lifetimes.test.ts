import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { project } from './imports.ts'

/**
 * What may live as long as an instance of a function, or as the stack on a laptop, and so may grow
 * with every request: a listener, a timer that repeats, a reaction on a promise that never settles
 * (each race hangs one on every promise that it is given, with all that it reaches), a collection
 * of a module or of what is made once. The race of each statement with one promise of its
 * connection kept the rows of all of them. Each of these has its reason here why it ends or is
 * bounded; test/engines/memory holds what the functions keep in the end.
 */
const kinds: Record<string, RegExp> = {
  race: /Promise\.(?:race|any)\(/g,
  listener: /\.(?:addEventListener|on|addListener)\(/g,
  interval: /\bsetInterval\(/g,
  'joined signal': /AbortSignal\.any\(/g,
  // Of a module, and empty: so it is to be filled. One that is made inside of a function which is
  // called once is local to this eye; look for it in reviews.
  collection:
    /^(?:export )?(?:const|let) \w+(?:: [^=\n]+)? = (?:new \w*(?:Map|Set)(?:<[^\n]*>)?\(\)|\[\]|\{\})/gm,
}

const argued: Record<string, string> = {
  'functions/clients/mysql-connection.ts listener': 'one for each connection, and of it',
  'functions/clients/mysql.ts race': 'with a promise of the statement, let go in `finally`',
  'functions/clients/sql-until.ts listener': 'on the signal of one invocation',
  'functions/persist/persist.ts race': 'both promises are of the invocation',
  'functions/read/show-health.ts race': 'both promises are of the probe',
  'infra-local/engines/engine.ts race': 'once for each engine that starts',
  'infra-local/front/front.ts listener': 'once for the server',
  'infra-local/machine/install.mjs listener': 'once for the process',
  'infra-local/machine/node24.mjs listener': 'once for the process',
  'infra-local/machine/parent-process.ts interval': 'once for the process',
  'infra-local/machine/processes.ts listener': 'of one command, taken off at its end',
  'infra-local/machine/wait-until.ts interval': 'cleared in `finally`',
  'infra-local/supervise.ts listener': 'once for the process',
  'infra-local/supervise.ts race': 'once for the process',
}

function found(): string[] {
  const files = globSync('{functions,infra-local}/**/*.{ts,mjs}', { cwd: project })
  return files.flatMap((file) => {
    const source = readFileSync(join(project, file), 'utf8').replaceAll(
      /^\s*(?:\/\/|\/?\*).*$/gm,
      '',
    )
    return Object.entries(kinds).flatMap(([kind, pattern]) =>
      source.search(pattern) < 0 ? [] : [`${file} ${kind}`],
    )
  })
}

test('whatever may live as long as its process is listed with the reason why it does not grow', () => {
  expect(found().toSorted()).toEqual(Object.keys(argued).toSorted())
})
