import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { identityOf } from '../../../infra-local/machine/lock.mjs'
import { until } from '../../support/parallel.ts'

const module = new URL('../../../infra-local/machine/install.mjs', import.meta.url).href
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/**
 * A project of one package, and an npm that notes when it begins and ends, and whose `ci` takes as
 * long as the file `go` is missing.
 */
function project() {
  const root = mkdtempSync(join(tmpdir(), 'install-'))
  const npm = join(root, 'tools', 'npm-cli.js')
  const packages = {
    '': { dependencies: { one: '1.0.0' } },
    'node_modules/one': { version: '1.0.0' },
  }
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }))
  mkdirSync(dirname(npm))
  writeFileSync(
    npm,
    `#!${process.execPath}
const fs = require('node:fs')
if (process.argv[2] === '--version') process.exit(0)
const note = (what) => fs.appendFileSync('log', what + ' ' + process.pid + '\\n')
note('begins')
setInterval(() => {
  if (!fs.existsSync('go')) return
  fs.mkdirSync('node_modules/one', { recursive: true })
  fs.writeFileSync('node_modules/one/package.json', '{"version":"1.0.0"}')
  fs.writeFileSync('node_modules/.package-lock.json', '{}')
  note('ends')
  process.exit(0)
}, 20)`,
  )
  chmodSync(npm, 0o755)
  const log = () =>
    existsSync(join(root, 'log')) ? readFileSync(join(root, 'log'), 'utf8').trim().split('\n') : []
  const begun = (times: number) =>
    until(
      'npm has begun',
      20,
      async () => log(),
      (lines) => lines.length >= times,
    )
  return { root, npm, log, begun, go: () => writeFileSync(join(root, 'go'), '') }
}

/** `install` in a process of its own, whose output `text` returns. */
function install(root: string, env: Record<string, string>) {
  const script = `import { install } from ${JSON.stringify(module)}
    await install(${JSON.stringify(root)}).catch((error) => {
      console.log(error.message)
      process.exitCode = error.code ?? 1
    })
    console.log('done')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { env })
  started.push(child)
  let text = ''
  child.stdout.on('data', (data) => {
    text += data
  })
  const ended = once(child, 'close').then(([code]) => Number(code))
  return { child, ended, text: () => text }
}
const withNpm = (npm: string) => ({ PATH: '/nowhere', npm_execpath: npm })

describe('the install of the packages', () => {
  it('takes the npm that has started it where PATH has none, and is not done twice', async () => {
    const { root, npm, go, log } = project()
    go()
    const first = install(root, withNpm(npm))
    expect(await first.ended).toBe(0)
    expect(first.text()).toContain('(npm ci): node_modules is missing, or was not finished')
    expect(await install(root, withNpm(npm)).ended).toBe(0)
    expect(log()).toHaveLength(2)
  })

  it('says in one line that there is no npm', async () => {
    const { root } = project()
    const { ended, text } = install(root, { PATH: '/nowhere' })
    expect(await ended).toBe(1)
    expect(text()).toContain('npm is missing: install it')
  })

  it('after Ctrl-C ends npm before it lets the next start in', async () => {
    const { root, npm, begun, go, log } = project()
    const first = install(root, withNpm(npm))
    await begun(1)
    const second = install(root, withNpm(npm))
    first.child.kill('SIGINT')
    expect(await first.ended).toBe(130)
    await begun(2)
    const [one = '', two = ''] = log().map((line) => line.split(' ')[1])
    expect(identityOf(Number(one))).toBeUndefined()
    go()
    expect(await second.ended).toBe(0)
    expect(log()).toEqual([`begins ${one}`, `begins ${two}`, `ends ${two}`])
  })

  it('after kill -9 ends the npm that was left, and does it anew', async () => {
    const { root, npm, begun, go, log } = project()
    const first = install(root, withNpm(npm))
    await begun(1)
    const exited = once(first.child, 'exit')
    first.child.kill('SIGKILL')
    await exited
    const second = install(root, withNpm(npm))
    await begun(2)
    expect(identityOf(Number(log()[0]?.split(' ')[1]))).toBeUndefined()
    go()
    expect(await second.ended).toBe(0)
    expect(second.text()).toMatch(/done\n$/)
  })

  it('of two starts at once is done by one, and the other waits', async () => {
    const { root, npm, begun, go, log } = project()
    const starts = [install(root, withNpm(npm)), install(root, withNpm(npm))]
    await begun(1)
    const said = () => starts.map(({ text }) => text()).join('')
    await until(
      'one waits',
      20,
      async () => said(),
      (text) => text.includes('waiting for'),
    )
    go()
    expect(await Promise.all(starts.map(({ ended }) => ended))).toEqual([0, 0])
    expect(log()).toHaveLength(2)
  })
})
