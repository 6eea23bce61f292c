import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const project = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'chat-synth-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a plain synth needs no account, no credentials and no Docker', async () => {
  const bin = join(project, 'node_modules', '.bin')
  // Nothing but a PATH with Node: no AWS variable, no home with a profile, no docker.
  const env = {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: folder,
    DOCKER_HOST: 'tcp://127.0.0.1:1',
    CI: '1',
  }
  const args = ['synth', '--quiet', '--no-notices', '--no-lookups', '--output', folder]
  const { stderr, stdout } = await promisify(execFile)(join(bin, 'cdk'), args, {
    cwd: project,
    env,
  })
  expect(stderr + stdout).toContain('npm run operator-key')
  expect(stderr + stdout, 'what CloudFormation would say of the templates').not.toContain(
    'CloudFormation-Validate',
  )
  for (const stack of ['chat', 'chat-stores'])
    expect(existsSync(join(folder, `${stack}.template.json`)), stack).toBe(true)
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
  expect(manifest).not.toHaveProperty('missing')
})
