import { basename } from 'node:path'
import { Client } from '@opensearch-project/opensearch'
import { build } from 'esbuild'
import { functionEntries } from '../../lib/function-entries.ts'
import { project } from './synthesised.ts'

/** What one function calls: it is found in its bundle, from which esbuild left out the rest. */
export interface BundledCalls {
  /** Of the table port. `queryDue` is a query of the index `due`. */
  table: Set<string>
  /** Of OpenSearch's client. */
  search: Set<string>
  /** Commands of the SDK that it imports; those of the table port are in all that have a table. */
  commands: Set<string>
  sends: boolean
  mysql: boolean
  /** The beginnings of its SQL statements that delete, and that insert. */
  sql: Set<string>
}

/** The methods of OpenSearch's client, those of its namespaces with the name of that. */
const isSearchCall = (name: string): boolean => {
  const [first = '', second] = name.split('.')
  const client: object = new Client({ node: 'http://localhost' })
  const found: unknown = Reflect.get(client, first)
  if (second === undefined) return typeof found === 'function' && !(first in Object.prototype)
  return typeof found === 'object' && found !== null && second in found
}

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)

/**
 * The table is called `table` everywhere in functions/, but for the one that holds calls back for
 * the rate limit (clients/allowed-table.ts); esbuild adds a number where two are in one scope.
 */
function callsIn(text: string): BundledCalls {
  const queriesDue = /\b[tT]able\d*\.query\(\{\s*IndexName: "due"/g
  const table = all(
    text.replaceAll(queriesDue, 'table.queryDue('),
    /\b[tT]able\d*\.(get|batchGet|queryDue|query|put|update|delete|transact)\(/g,
  )
  const search = all(text, /\b(?:client|search)\d*\.((?:[a-z]+\.)?[a-zA-Z]+)\(/g)
  const imported = all(text, /import \{([^}]*)\} from "@aws-sdk\/client-/g)
  return {
    table: new Set(table),
    search: new Set(search.filter(isSearchCall)),
    commands: new Set(imported.flatMap((names) => all(names, /(\w+Command)\b/g))),
    sends: /\bqueue\d*\.send(?:Batch)?\(|\bquarantine\d*\.put\(/.test(text),
    mysql: text.includes('from "mysql2'),
    sql: new Set(all(text, /\b(DELETE FROM|INSERT INTO)\b/g)),
  }
}

/** The calls of each function, by its name. */
export async function bundledCalls(): Promise<Map<string, BundledCalls>> {
  const { outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: functionEntries().map(({ file, name }) => ({ in: file, out: name })),
    outdir: 'nowhere',
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
  })
  return new Map(outputFiles.map(({ path, text }) => [basename(path, '.js'), callsIn(text)]))
}
