import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Gives a run of tests a folder of its own for temporary files, and removes it afterwards, because
 * every CDK app that a test makes leaves one behind. The workers of the run start later, and
 * inherit the variable.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-tests-'))
  process.env.TMPDIR = folder
  return () => rm(folder, { recursive: true, force: true })
}
