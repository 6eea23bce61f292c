import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from '../machine/environment.mjs'

/**
 * The first `java` of version 21 or newer: of JAVA_HOME, of PATH, then of the places of Debian,
 * Fedora, macOS and Homebrew. Undefined if there is none.
 */
export function findJava(): string | undefined {
  const home = process.env.JAVA_HOME
  const places = [
    ...below('/usr/lib/jvm', 'bin/java'),
    ...below('/Library/Java/JavaVirtualMachines', 'Contents/Home/bin/java'),
    '/opt/homebrew/opt/openjdk/bin/java',
    '/usr/local/opt/openjdk/bin/java',
  ]
  return [...(home ? [join(home, 'bin', 'java')] : []), 'java', ...places].find(
    (java) => majorOf(java) >= 21,
  )
}

function below(folder: string, java: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, java)) : []
}

function majorOf(java: string): number {
  // It prints its version on stderr: openjdk version "21.0.4" 2024-07-16
  const { stderr } = spawnSync(java, ['-version'], { encoding: 'utf8', env: childEnvironment() })
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0)
}
