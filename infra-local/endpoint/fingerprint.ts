import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../machine/plain-root.mjs'

/**
 * The SHA-256, in hexadecimal, of all that makes the template and the bundles: sources, versions
 * and `variables`. A synth to compare templates would take longer than the deploy it saves.
 */
export function fingerprintOf(variables: Record<string, string>): string {
  const hash = createHash('sha256').update(JSON.stringify(Object.entries(variables).sort()))
  for (const folder of ['bin', 'lib', 'functions']) {
    const files = readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    const paths = files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
    for (const path of paths.sort()) hash.update(path).update(readFileSync(path))
  }
  for (const file of ['cdk.json', 'package-lock.json'])
    hash.update(readFileSync(join(projectRoot, file)))
  return hash.digest('hex')
}
