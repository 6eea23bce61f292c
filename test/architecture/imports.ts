import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const project = join(import.meta.dirname, '..', '..')

export interface Import {
  from: string
  to: string
}

/**
 * What each source that a pattern matches imports of the project, types included: those a bundle no
 * longer shows. Paths are relative to the project.
 */
export const importsOf = (pattern: string): Import[] =>
  globSync(pattern, { cwd: project }).flatMap((from) =>
    [...readFileSync(join(project, from), 'utf8').matchAll(/\b(?:from|import) '(\.[^']+)'/g)].map(
      ([, path]) => ({ from, to: normalize(join(dirname(from), path ?? '')) }),
    ),
  )

/** An import as a failure shows it. */
export const show = ({ from, to }: Import): string => `${from} -> ${to}`
