import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refused, readArguments, runCommand } from '../cli/arguments.ts'
import { isStarted } from '../cli/started.ts'
import { openapiDocument } from './document.ts'
import { areTypesOf, typesOf } from './types.ts'

const help = `npm run openapi                writes docs/openapi.json from the routes and schemas, and from it the types of the
                               example client, docs/examples/api.ts
npm run openapi -- --check     only says whether they are what the code makes, and fails if not`

const docs = join(import.meta.dirname, '..', '..', 'docs')

/** The document as the file has it. */
export const openapiText = (): string => `${JSON.stringify(openapiDocument(), null, 2)}\n`

/** A file of docs/; '' if there is none. */
function read(name: string): string {
  try {
    return readFileSync(join(docs, name), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** The files of docs/ that are made from routes and schemas. */
const files = [
  {
    name: 'openapi.json',
    isCurrent: (text: string, document: string) => text === document,
    make: (document: string) => document,
  },
  {
    name: 'examples/api.ts',
    isCurrent: (text: string, document: string) => areTypesOf(document, text),
    make: typesOf,
  },
]

/** The names of the files that are not what the code makes of this document. */
export const outdated = (document: string): string[] =>
  files
    .filter(({ name, isCurrent }) => !isCurrent(read(name), document))
    .map(({ name }) => `docs/${name}`)

async function main(): Promise<number> {
  const { values } = readArguments(help, { check: { type: 'boolean' } })
  const document = openapiText()
  const old = outdated(document)
  if (values.check && old.length > 0)
    throw new Refused(`not what the code makes: ${old.join(', ')}. npm run openapi writes them`)
  for (const { name, make } of files) {
    const isOld = old.includes(`docs/${name}`)
    if (isOld) writeFileSync(join(docs, name), make(document))
    console.log(`docs/${name}: ${isOld ? 'written' : 'up to date'}`)
  }
  return 0
}

if (isStarted(import.meta)) await runCommand(main)
