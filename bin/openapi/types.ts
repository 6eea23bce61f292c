import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { Refused } from '../cli/arguments.ts'

/**
 * openapi-typescript prints with the compiler API of TypeScript 5. The compiler of this repository
 * (7) no longer has that API, and two compilers cannot be installed side by side under one name. So
 * the generator is fetched when it is needed, which is when the document changes. Whether its
 * output is still that of the document is seen without it, by a stamp.
 */
const generator = ['openapi-typescript@7.13.0', 'typescript@5.9.3']

const stampOf = (document: string, types: string): string =>
  `// Types of docs/openapi.json, made by npm run openapi. ${createHash('sha256').update(document).update(types).digest('hex')}\n`

/**
 * docs/examples/api.ts of a document. Fetches the generator; throws Refused with what it said when
 * it fails.
 */
export function typesOf(document: string): string {
  const packages = generator.map((name) => `--package=${name}`)
  const run = spawnSync('npm', ['exec', '--yes', ...packages, '--', 'openapi-typescript'], {
    input: document,
    encoding: 'utf8',
  })
  if (run.error) throw new Refused(`npm exec openapi-typescript: ${run.error.message}`)
  if (run.status !== 0 || !run.stdout.includes('export interface paths'))
    throw new Refused(`openapi-typescript ended with ${run.status}:\n${run.stderr}`)
  return stampOf(document, run.stdout) + run.stdout
}

/** Whether these types were made from this document and not changed since. */
export function areTypesOf(document: string, text: string): boolean {
  const end = text.indexOf('\n') + 1
  return text.slice(0, end) === stampOf(document, text.slice(end))
}
