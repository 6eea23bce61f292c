import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { runSchedule } from '../simulation/schedule.ts'
import type { Mutant } from './mutants.ts'

export const root = resolve(import.meta.dirname, '../..')

/**
 * Runs `work` with a folder for bundles, removed afterwards. Inside the project: they import its
 * packages.
 */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const local = join(root, '.local')
  await mkdir(local, { recursive: true })
  const folder = await mkdtemp(join(local, 'mutants-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A text, wherever the formatter has broken its lines. */
const anywhere = (text: string): RegExp =>
  new RegExp(
    text
      .trim()
      .split(/\s+/)
      .map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s+'),
    'g',
  )

/**
 * The module with the guard taken out. Throws when the text is not there exactly once: then the
 * guard has moved.
 */
export function mutated(source: string, { name, edits }: Mutant, file: string): string {
  return edits
    .filter((edit) => edit.file === file)
    .reduce((text, { find, replace }) => {
      const found = anywhere(find)
      if ([...text.matchAll(found)].length !== 1)
        throw new Error(`mutant "${name}": ${file} does not hold this once: ${find}`)
      return text.replace(found, () => replace)
    }, source)
}

/**
 * The simulation over the production code with one guard taken out. The mutant replaces modules in
 * a bundle of the test's own, written to `directory`; production code knows nothing of it.
 */
export async function simulationOf(mutant: Mutant, directory: string): Promise<typeof runSchedule> {
  const outfile = resolve(directory, `${mutant.name.replaceAll(/\W+/g, '-')}.mjs`)
  const files = new Set(mutant.edits.map((edit) => edit.file))
  const met = new Set<string>()
  await build({
    entryPoints: [resolve(root, 'test/simulation/schedule.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    plugins: [
      {
        name: 'mutant',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, async ({ path }) => {
            const file = path.slice(root.length + 1)
            if (!files.has(file)) return undefined
            met.add(file)
            return { contents: mutated(await readFile(path, 'utf8'), mutant, file), loader: 'ts' }
          })
        },
      },
    ],
  })
  const missed = [...files].filter((file) => !met.has(file))
  if (missed.length > 0)
    throw new Error(`mutant "${mutant.name}": the simulation does not run ${missed.join(', ')}`)
  const module: { runSchedule: typeof runSchedule } = await import(pathToFileURL(outfile).href)
  return module.runSchedule
}
