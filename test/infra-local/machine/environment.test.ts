import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  childEnvironment,
  dockerEnvironment,
  downloadEnvironment,
  ownEnvironment,
  settings,
} from '../../../infra-local/machine/environment.mjs'

/** What a person's shell may have, and what changes an install or a run of somebody's programs. */
const odd = {
  ...{ NODE_ENV: 'production', NODE_OPTIONS: '--bad', NODE_PATH: '/x', NODE_USE_ENV_PROXY: '1' },
  ...{ npm_config_omit: 'dev', NPM_CONFIG_PRODUCTION: 'true', npm_config_ignore_scripts: 'true' },
  ...{ npm_config_prefix: '/x', npm_config_global: 'true', npm_config_dry_run: 'true' },
  ...{ PIP_USER: '1', PIP_TARGET: '/x', PIP_PREFIX: '/x', PIP_REQUIRE_VIRTUALENV: '1' },
  ...{ PIP_NO_BINARY: ':all:', PIP_DRY_RUN: '1', PYTHONHOME: '/x', PYTHONPATH: '/x' },
  ...{ PYTHONWARNINGS: 'error', VIRTUAL_ENV: '/x', LD_PRELOAD: '/x', LD_LIBRARY_PATH: '/x' },
  ...{ JAVA_TOOL_OPTIONS: '-Xbad', _JAVA_OPTIONS: '-Xbad', JDK_JAVA_OPTIONS: '-Xbad' },
  ...{ CLASSPATH: '/x', MAVEN_ARGS: '--bad', MAVEN_OPTS: '-javaagent:/x', JAVA_HOME: '/nowhere' },
  ...{ AWS_PROFILE: 'x', AWS_REGION: 'x', AWS_SESSION_TOKEN: 'x', AWS_CA_BUNDLE: '/x' },
  ...{ MYSQL_HOME: '/x', MYSQL_HOST: 'x', OPENSEARCH_JAVA_HOME: '/x', CDK_DEFAULT_ACCOUNT: '1' },
  ...{ COMPOSE_FILE: '/x', COMPOSE_PROFILES: 'x', BASH_ENV: '/x', GCONV_PATH: '/x' },
}
const plain = { PATH: '/bin', HOME: '/home/x', TMPDIR: tmpdir(), LC_ALL: 'C', LANG: 'de_DE.latin1' }
const proxies = { HTTP_PROXY: 'http://p:1', https_proxy: 'http://p:1', NO_PROXY: 'corp.example' }
const network = {
  ...{ NODE_EXTRA_CA_CERTS: '/ca', SSL_CERT_FILE: '/ca', PIP_CERT: '/ca' },
  ...{ PIP_INDEX_URL: 'https://pip.example', npm_config_registry: 'https://npm.example' },
  ...{ NPM_CONFIG_CAFILE: '/ca', 'npm_config_//npm.example/:_authToken': 'secret' },
  ...{ NODE_USE_SYSTEM_CA: '1', NETRC: '/netrc', PIP_KEYRING_PROVIDER: 'subprocess' },
  npm_config__auth: 'secret',
}
/** By these a `python3`, `node` or `java` on PATH runs at all. */
const versions = {
  ...{ ASDF_JAVA_VERSION: '21', ASDF_PYTHON_VERSION: '3.12', ASDF_NODEJS_VERSION: '24' },
  ...{ JENV_VERSION: '21', NIX_LD: '/ld', NIX_LD_LIBRARY_PATH: '/lib', NIX_LD_x86_64_linux: '/ld' },
}

describe('the environment that a child gets', () => {
  it.each([
    ['that runs here', childEnvironment],
    ['that downloads', downloadEnvironment],
    ['of Docker', dockerEnvironment],
    ['that is the start itself', ownEnvironment],
  ])('%s has nothing that the person has set for other programs', (_, make) => {
    expect(make({ ...plain, ...odd })).toEqual(make(plain))
  })

  it('has the person’s own PATH, HOME and folder for temporary files', () => {
    const { PATH, HOME, TMPDIR } = plain
    expect(childEnvironment(plain)).toMatchObject({ PATH, HOME, TMPDIR })
  })

  it('has no folder for temporary files that is missing or that mysqld takes for two', () => {
    const two = mkdtempSync(join(tmpdir(), 'a:b'))
    for (const TMPDIR of ['/no/such/folder', two, join(import.meta.dirname, 'lock.test.ts')])
      expect(childEnvironment({ ...plain, TMPDIR })).not.toHaveProperty('TMPDIR')
  })

  it.runIf(process.platform === 'linux')('has a locale that knows every character', () => {
    expect(childEnvironment(plain)).toMatchObject({ LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8' })
  })

  it('never has a proxy for this machine, and no proxy at all where nothing is downloaded', () => {
    const own = 'localhost,127.0.0.1,::1,[::1]'
    expect(childEnvironment({ ...plain, ...proxies })).toMatchObject({
      NO_PROXY: `corp.example,${own}`,
      no_proxy: `corp.example,${own}`,
    })
    expect(childEnvironment({ ...plain, ...proxies })).not.toHaveProperty('HTTP_PROXY')
    expect(downloadEnvironment({ ...plain, ...proxies })).toMatchObject({
      HTTP_PROXY: 'http://p:1',
      https_proxy: 'http://p:1',
      NO_PROXY: `corp.example,${own}`,
    })
  })

  it('has what a download behind a company’s proxy needs', () => {
    expect(downloadEnvironment({ ...plain, ...network })).toMatchObject(network)
    expect(ownEnvironment({ ...plain, ...network })).toMatchObject(network)
  })

  it.each([
    [
      'MAVEN_OPTS',
      '-javaagent:/x -Dhttps.proxyHost=p -Djavax.net.ssl.trustStore=/t -Xmx1m',
      '-Dhttps.proxyHost=p -Djavax.net.ssl.trustStore=/t',
    ],
    [
      'JAVA_TOOL_OPTIONS',
      '-Xmx1m -Djavax.net.ssl.trustStore=/t -Dfile.encoding=x',
      '-Djavax.net.ssl.trustStore=/t',
    ],
    [
      'MAVEN_ARGS',
      '-T4 -s /s.xml -o --global-settings=/g.xml -Dhttps.proxyHost=p -DskipTests -Pmine',
      '-s /s.xml --global-settings=/g.xml -Dhttps.proxyHost=p',
    ],
    ['NODE_OPTIONS', '--use-system-ca --require /x', '--use-system-ca'],
    ['NODE_OPTIONS', '--inspect --use-openssl-ca', '--use-openssl-ca'],
    ['NODE_OPTIONS', '--no-use-system-ca --use-system-camera', undefined],
  ])('has of %s only what a download needs: %s', (name, set, kept) => {
    for (const make of [downloadEnvironment, ownEnvironment])
      expect(make({ ...plain, [name]: set })[name]).toBe(kept)
    expect(childEnvironment({ ...plain, [name]: set })).not.toHaveProperty(name)
  })

  it('has what the programs of version managers need, where they only run too', () => {
    expect(childEnvironment({ ...plain, ...versions })).toMatchObject(versions)
  })

  it('has the folder of the library of a Python that is not where it was built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'python-'))
    writeFileSync(join(folder, 'libpython3.12.so.1.0'), '')
    const own = { ...plain, LD_LIBRARY_PATH: `/nowhere:${folder}:/usr/lib` }
    expect(childEnvironment(own).LD_LIBRARY_PATH).toBe(folder)
  })

  it('has the variables that the person’s npmrc and Maven settings take a secret from', () => {
    const HOME = mkdtempSync(join(tmpdir(), 'home-'))
    writeFileSync(join(HOME, '.npmrc'), `//npm.example/:_authToken=${'$'}{SECRET_OF_NPM}\n`)
    const own = { ...plain, HOME, SECRET_OF_NPM: 's', OTHER: 'o' }
    expect(downloadEnvironment(own)).toMatchObject({ SECRET_OF_NPM: 's' })
    expect(downloadEnvironment(own)).not.toHaveProperty('OTHER')
    const settingsFile = join(HOME, 'company.xml')
    writeFileSync(settingsFile, `<password>${'$'}{env.OTHER}</password>`)
    const given = { ...own, MAVEN_ARGS: `-s ${settingsFile}` }
    expect(downloadEnvironment(given)).toMatchObject({ OTHER: 'o' })
  })

  it('has every setting that the start and the tests read, where it is the start itself', () => {
    const set = Object.fromEntries(settings.map((name) => [name, 'x']))
    expect(ownEnvironment({ ...plain, ...set })).toMatchObject(set)
    const folder = join(import.meta.dirname, '../../../infra-local')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const sources = files.filter((file) => file.endsWith('.ts'))
    const text = sources.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
    const read = [...text.matchAll(/process\.env\.(\w+)/g)].map(([, name = '']) => name)
    expect(read).toContain('MYSQL_URL')
    expect(read.filter((name) => !['PATH', 'JAVA_HOME', ...settings].includes(name))).toEqual([])
    const ofTests = readdirSync(join(folder, '../test'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(folder, '../test', file), 'utf8'))
    const sizes = [...ofTests.join('\n').matchAll(/Number\(process\.env\.(\w+) \?\?/g)]
    expect(sizes.map(([, name]) => name)).toContain('SIMULATED_SCHEDULES')
    expect(sizes.filter(([, name = '']) => !settings.includes(name))).toEqual([])
    const help = readFileSync(join(folder, 'start.mjs'), 'utf8')
    const named = [...help.matchAll(/^ {2}([A-Z][A-Z0-9_]+)/gm)].map(([, name = '']) => name)
    expect(named).toContain('PORT')
    expect(named.filter((name) => !settings.includes(name))).toEqual([])
  })
})

describe('the start', () => {
  it('prints its help with an environment that Node 24 and npm would refuse', () => {
    const script = join(import.meta.dirname, '../../../infra-local/start.mjs')
    const env = { ...process.env, ...odd, NODE_OPTIONS: '' }
    const { status, stdout } = spawnSync(process.execPath, [script, '--help'], { env })
    expect({ status, stdout: String(stdout) }).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^npm start/),
    })
  })
  it.each([['--host'], ['--host='], ['--host', '--other'], ['--host', 'a.example', '--host']])(
    'says in one line that --host needs a name: %s %s %s',
    (...args) => {
      const script = join(import.meta.dirname, '../../../infra-local/start.mjs')
      // Should it not say it, the start ends at this port.
      const env = { ...process.env, PORT: 'none', NODE_OPTIONS: '' }
      const { status, stderr } = spawnSync(process.execPath, [script, ...args], { env })
      expect({ status, stderr: String(stderr) }).toEqual({
        status: 1,
        stderr: '--host needs a name: npm start -- --host chat.example\n',
      })
    },
  )
})
