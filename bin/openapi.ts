import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refused, readArguments, runCommand } from './arguments.ts'
import { openapiDocument } from './openapi/document.ts'

const help = `npm run openapi                writes docs/openapi.json from the routes and schemas
npm run openapi -- --check     only says whether it is what they make, and fails if not`

const file = join(import.meta.dirname, '..', 'docs', 'openapi.json')

/** The document as the file has it. */
export const openapiText = (): string => `${JSON.stringify(openapiDocument(), null, 2)}\n`

/** Whether docs/openapi.json is what the code makes. */
export function isCurrent(): boolean {
  try {
    return readFileSync(file, 'utf8') === openapiText()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

async function main(): Promise<number> {
  const { values } = readArguments(help, { check: { type: 'boolean' } })
  if (values.check) {
    if (!isCurrent()) throw new Refused('docs/openapi.json is not what the code makes: npm run openapi')
    console.log('docs/openapi.json: up to date')
    return 0
  }
  writeFileSync(file, openapiText())
  console.log('docs/openapi.json: written')
  return 0
}

if (import.meta.main) await runCommand(main)
