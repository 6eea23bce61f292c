import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cached } from '../machine/download.ts'
import { plain } from '../machine/plain-root.mjs'
import { run } from '../machine/processes.ts'
import type { Stack } from '../machine/stack.ts'

const source = plain(join(import.meta.dirname, 'LocalOnly.java'))
/** The class of the plugin, and the file that the compiler makes of it. */
export const guardClass = 'LocalOnly'

/**
 * The folder of the plugin that keeps web pages out (LocalOnly.java), compiled by this `java`
 * against the jars of `libraries`. Throws CannotStart where the Java has no compiler, as a JRE.
 */
export function compileGuard(stack: Stack, java: string, libraries: string): Promise<string> {
  const sum = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12)
  return cached(stack, {
    name: `opensearch-guard-${sum}`,
    what: 'compiling the guard of OpenSearch',
    megabytes: 1,
    make: async (half) => {
      // Relative, because a class path cannot name a folder with a colon; and the compiler, run in
      // this way, does not know `*`.
      const jars = readdirSync(libraries).join(delimiter)
      const classes = ['-cp', jars, '--release', '21', '-implicit:none', '-d', half, source]
      await run(stack, {
        name: 'opensearch-guard',
        command: java,
        args: ['-m', 'jdk.compiler/com.sun.tools.javac.Main', ...classes],
        cwd: libraries,
        advice:
          'install a JDK of version 21 or newer (Debian: openjdk-21-jdk), a JRE is not enough',
      })
    },
    ask: async (folder) =>
      existsSync(join(folder, `${guardClass}.class`)) ? undefined : 'the class is missing',
  })
}
