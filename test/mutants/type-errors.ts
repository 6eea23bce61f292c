import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Mutant } from './mutants.ts'
import { inFolder, mutated, root } from './mutate.ts'

/** Writes the mutant's files below `tree`, at their own paths. */
async function writeTree(mutant: Mutant, tree: string): Promise<string[]> {
  const files = [...new Set(mutant.edits.map(({ file }) => file))]
  return Promise.all(
    files.map(async (file) => {
      const path = join(tree, file)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, mutated(await readFile(join(root, file), 'utf8'), mutant, file))
      return path
    }),
  )
}

/**
 * What the compiler finds in the mutants, line by line, each with the mutant's name; all are
 * checked at once, in some seconds. A guard that is taken out may leave a name that nobody uses or
 * a line that is never reached; a name that is not defined, or a wrong type, is an error. The
 * mutants are trees beside the project, and `rootDirs` lets their imports go on in it.
 */
export function typeErrorsOf(mutants: Mutant[]): Promise<string[]> {
  return inFolder(async (folder) => {
    const trees = mutants.map((_, n) => join(folder, String(n)))
    const files = await Promise.all(mutants.map((mutant, n) => writeTree(mutant, trees[n] ?? '')))
    const compilerOptions = {
      rootDirs: [root, ...trees],
      noUnusedLocals: false,
      noUnusedParameters: false,
      allowUnreachableCode: true,
    }
    const config = {
      extends: join(root, 'tsconfig.json'),
      include: [],
      files: files.flat(),
      compilerOptions,
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const tsc = spawn(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = (await text(tsc.stdout)).split('\n').filter((line) => line !== '')
    return lines.map((line) => {
      const [, n, rest] = /^(\d+)\/(.*)$/.exec(line) ?? []
      return n === undefined ? line : `${mutants[Number(n)]?.name}: ${rest}`
    })
  })
}
