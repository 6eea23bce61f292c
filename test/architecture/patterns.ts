import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from './imports.ts'

/**
 * A regular expression as it stands in code: behind what an expression can begin after, so that no
 * division, path or comment is taken for one.
 */
const literal =
  /(?<=[(,=:?&|!{[>]\s*|\breturn\s+|\n\s*)\/(?![/*])((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[\s.,;)\]}:?]|$)/g

/** Without comments; a `//` within a text stands behind a colon or a quote. */
const withoutComments = (source: string): string =>
  source.replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '').replaceAll(/\s\/\/ .*$/gm, '')

/** Every regular expression that the functions' sources have, by the file it stands in. */
export const patternsInSources = (): [file: string, pattern: RegExp][] =>
  globSync('functions/**/*.ts', { cwd: project })
    .sort()
    .flatMap((file) =>
      [...withoutComments(readFileSync(join(project, file), 'utf8')).matchAll(literal)].map(
        ([, source = '', flags]): [string, RegExp] => [file, new RegExp(source, flags)],
      ),
    )

/**
 * Every regular expression in the parts of a valibot schema: valibot's own, and those that are put
 * together when the program starts.
 */
export function patternsIn(schema: unknown, seen = new Set<unknown>()): RegExp[] {
  if (schema instanceof RegExp) return [schema]
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return []
  seen.add(schema)
  return Object.values(schema).flatMap((inner) => patternsIn(inner, seen))
}
