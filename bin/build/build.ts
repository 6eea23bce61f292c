import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { functionEntries } from '../../lib/function-entries.ts'
import { isStarted } from '../cli/started.ts'
import { assets } from './assets.ts'
import { leaveOut } from './unused-code.ts'

const project = join(import.meta.dirname, '..', '..')

/**
 * Bundles every function there is into `<root>/dist/<name>/index.js` (handler `index.handler`),
 * with its source map beside it and with `dist/meta.json` for the tests. Does nothing when no
 * source has changed since the last build. Returns whether it built. Throws when an entry has no
 * file, naming all of them, and when esbuild refuses the code.
 */
export async function buildFunctions(root: string = project): Promise<boolean> {
  const missing = functionEntries().filter((entry) => !existsSync(join(root, entry.file)))
  if (missing.length > 0)
    throw new Error(`functions without a file: ${missing.map((entry) => entry.file).join(', ')}`)
  const fingerprint = sourcesFingerprint(root)
  const stamp = join(root, 'dist', 'sources.sha256')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return false
  const { outputFiles, metafile } = await bundle(root)
  for (const file of outputFiles) replace(file.path, file.contents)
  for (const { name, contents } of assets(root)) replace(join(root, 'dist', 'docs', name), contents)
  replace(join(root, 'dist', 'meta.json'), JSON.stringify(metafile))
  // The project is ESM, the bundles are not: without this file a test could not load one.
  replace(join(root, 'dist', 'package.json'), '{"type":"commonjs"}\n')
  replace(stamp, fingerprint)
  return true
}

/**
 * The bundles are CommonJS, because an ESM `import` of a built-in costs tens of ms at a cold start.
 * The SDK is inside, because the one of the runtime starts slower. `module` comes first, because
 * only the ESM builds of packages lose what is unused.
 */
function bundle(root: string) {
  return build({
    absWorkingDir: root,
    entryPoints: functionEntries().map((entry) => ({
      in: entry.file,
      out: join(entry.name, 'index'),
    })),
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    plugins: [leaveOut],
    // Where a function finds the files that lie beside it.
    define: { 'import.meta.dirname': '__dirname' },
    minify: true,
    sourcemap: 'external',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'error',
  })
}

/** Of the bytes, not the times: a checkout changes the times of files whose bytes stay the same. */
function sourcesFingerprint(root: string): string {
  const files = [
    ...globSync('functions/**/*', { cwd: root, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
    ...[
      'package-lock.json',
      'docs/openapi.json',
      'bin/build/build.ts',
      'bin/build/assets.ts',
      'bin/build/unused-code.ts',
      'lib/function-entries.ts',
    ].filter((file) => existsSync(join(root, file))),
  ].sort()
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  return hash.digest('hex')
}

/**
 * Writes beside the file and renames over it. Tests and a deploy may build at the same time, and
 * none of them may see half a file.
 */
function replace(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const unfinished = `${path}.${process.pid}`
  writeFileSync(unfinished, contents)
  renameSync(unfinished, path)
}

/** What the last build put into each bundle, as esbuild describes it. */
export const metafile = (root: string = project): Metafile =>
  JSON.parse(readFileSync(join(root, 'dist', 'meta.json'), 'utf8'))

if (isStarted(import.meta)) {
  const built = await buildFunctions()
  console.log(built ? `dist/: ${functionEntries().length} functions built` : 'dist/: up to date')
}
