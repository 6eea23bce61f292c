import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { temporaryFolder } from './temporary.mjs'

// The environments of all that the start runs. They are made here, by lists of what is let in, and
// never the person's own with exceptions: NODE_ENV, PIP_USER, PYTHONHOME, JAVA_TOOL_OPTIONS,
// AWS_PROFILE and the next one that nobody has thought of change what is installed, or what runs.
// Plain JavaScript, because it is needed before node_modules exists.

/** Where a process finds programs, its home and its terminal. */
const machine = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR'],
  ...['TZ', 'CI', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME'],
  // By these the programs on PATH of version managers find what they stand for.
  ...['PYENV_ROOT', 'PYENV_VERSION', 'ASDF_DIR', 'ASDF_DATA_DIR', 'MISE_DATA_DIR', 'VOLTA_HOME'],
  ...['ASDF_JAVA_VERSION', 'ASDF_PYTHON_VERSION', 'ASDF_NODEJS_VERSION', 'JENV_VERSION'],
]
/** By these programs that were not built for NixOS find their loader and libraries there. */
const loaderOfNix = /^NIX_LD(_\w+)?$/

/** How the network is reached, and which certificates count there. */
const network = [
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NIX_SSL_CERT_FILE'],
  ...['CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'PIP_CERT', 'PIP_CLIENT_CERT', 'PIP_PROXY'],
  ...['NODE_USE_SYSTEM_CA', 'NETRC'],
]

/** Where packages come from. */
const registries = [
  ...['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_TRUSTED_HOST', 'PIP_FIND_LINKS'],
  ...['PIP_CONFIG_FILE', 'PIP_CACHE_DIR', 'PIP_DEFAULT_TIMEOUT', 'PIP_RETRIES'],
  ...['PIP_DISABLE_PIP_VERSION_CHECK', 'PIP_KEYRING_PROVIDER'],
]
const npmSettings =
  /^npm_config_(registry|userconfig|globalconfig|cache|cafile|ca|cert|key|strict_ssl|(https?_)?proxy|https_proxy|no_?proxy|_auth(token)?|fetch_\w+|maxsockets|\/\/.*|@.*)$/i

const docker = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_CERT_PATH']
const dockerAlso = [
  ...['DOCKER_TLS_VERIFY', 'DOCKER_API_VERSION', 'SSH_AUTH_SOCK', 'XDG_RUNTIME_DIR'],
  // By these Docker Desktop's helper for passwords is reached from WSL.
  ...['WSL_DISTRO_NAME', 'WSL_INTEROP'],
]

/** The project's own, of the start (start.mjs --help) and of the tests (CONTRIBUTING.md). */
export const settings = [
  ...['PORT', 'AWS_ENDPOINT_URL', 'MYSQL_URL', 'OPENSEARCH_URL', 'FUNCTIONS_HOST'],
  ...['OPERATOR_KEY_SHA256', 'CHAT_DOCKER', 'CHAT_SETTINGS', 'CHAT_STACK', 'CHAT_QUICK_QUEUE'],
  'CHAT_MYSQL_TLS',
  ...[
    'CHAT_HOSTS',
    'CHAT_STACK_PARENT',
    'CHROMIUM',
    'SIMULATED_SCHEDULES',
    'HOSTILE_SEED',
    'MODEL_RUNS',
    'MEMORY_RUNS',
  ],
  ...['MODEL_SEED'],
]

const picked = (own, names) =>
  Object.fromEntries(names.flatMap((name) => (own[name] ? [[name, own[name]]] : [])))

/** Whether curl would take a plain HTTP request to a proxy. */
export const hasProxy = (own = process.env) =>
  Boolean(own.http_proxy || own.all_proxy || own.ALL_PROXY)

/** This machine's own addresses, which no proxy can reach for us. */
const loopback = ['localhost', '127.0.0.1', '::1', '[::1]']

function noProxy(own) {
  const listed = `${own.NO_PROXY ?? ''},${own.no_proxy ?? ''}`.split(/[\s,]+/)
  const value = [...new Set([...listed.filter((host) => host !== ''), ...loopback])].join(',')
  return { NO_PROXY: value, no_proxy: value }
}

/**
 * The environment of what runs on this machine only: engines, functions, deploy, tools. No proxy,
 * for all that they call is here. One locale, in which every path can be named: in the locale C the
 * JVM cannot open a file whose path is not ASCII. macOS does not know it by this name, and needs
 * none.
 */
export function childEnvironment(own = process.env) {
  const locale = process.platform === 'linux' ? { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' } : {}
  const unbuffered = { PYTHONUNBUFFERED: '1', PYTHONUTF8: '1', PYTHONNOUSERSITE: '1' }
  const temporary = temporaryFolder(own)
  const folder = temporary ? { TMPDIR: temporary } : {}
  const nix = Object.keys(own).filter((name) => loaderOfNix.test(name))
  return {
    ...picked(own, [...machine, ...nix]),
    ...folder,
    ...noProxy(own),
    ...locale,
    ...unbuffered,
    ...forPython(own),
  }
}

/**
 * Of LD_LIBRARY_PATH the folders without which a Python that was built to be moved cannot start.
 */
function forPython(own) {
  const folders = (own.LD_LIBRARY_PATH ?? '').split(':').filter((folder) => folder !== '')
  const kept = folders.filter((folder) => namesIn(folder).some((name) => /^libpython/.test(name)))
  return kept.length > 0 ? { LD_LIBRARY_PATH: kept.join(':') } : {}
}

function namesIn(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return [] // A list of folders may name some that are not there.
  }
}

/** The environment of what fetches packages: with proxies, certificates and registries. */
export function downloadEnvironment(own = process.env) {
  const npm = Object.keys(own).filter((name) => npmSettings.test(name))
  const names = [...network, ...registries, ...npm, ...namedInSettings(own)]
  return { ...childEnvironment(own), ...picked(own, names), ...forNode(own), ...forMaven(own) }
}

/** The environment of the Docker client. */
export const dockerEnvironment = (own = process.env) => ({
  ...childEnvironment(own),
  ...picked(own, [...docker, ...dockerAlso]),
})

/**
 * The environment of the start itself, and of the tests: all that the others are made of, and the
 * settings. Nothing of the person's AWS profiles.
 */
export const ownEnvironment = (own = process.env) => ({
  ...downloadEnvironment(own),
  ...dockerEnvironment(own),
  ...picked(own, settings),
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
})

/** The files of npm's and Maven's settings may take a secret from a variable of any name. */
function namedInSettings(own) {
  const home = own.HOME || homedir()
  const files = [
    own.npm_config_userconfig ?? own.NPM_CONFIG_USERCONFIG ?? join(home, '.npmrc'),
    own.npm_config_globalconfig ?? own.NPM_CONFIG_GLOBALCONFIG ?? '/etc/npmrc',
    join(home, '.m2', 'settings.xml'),
    ...[...(own.MAVEN_ARGS ?? '').matchAll(/(?:-g?s |settings[ =])(\S+)/g)].map(([, file]) => file),
  ]
  const texts = files.map((file) => textOf(file))
  return texts.flatMap((text) =>
    [...text.matchAll(/\$\{(?:env\.)?(\w+)[^}]*\}/g)].map(([, name = '']) => name),
  )
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // Most have none of them.
  }
}

/** The variable `name` with only what `kept` finds in it; nothing if that is nothing. */
function parts(own, name, kept) {
  const found = (own[name] ?? '').match(kept)
  return found ? { [name]: found.join(' ') } : {}
}

/** Of NODE_OPTIONS which certificates count: those of the system, or those of OpenSSL's files. */
const forNode = (own) => parts(own, 'NODE_OPTIONS', /(?<!\S)--use-(system|openssl)-ca(?!\S)/g)

const ofJavasNetwork = /(?<!\S)-D(https?\.|java\.net\.|javax\.net\.ssl\.)\S*/g
const ofMavensNetwork =
  /(?<!\S)(-g?s |--(global-)?settings[ =]|-D(https?|java\.net|javax\.net\.ssl|maven\.wagon|aether\.connector)\.)\S+/g

/**
 * Of Java's options what is about the network: an agent or a memory limit is not. Of Maven's the
 * files of its settings besides. JAVA_HOME only where there is a Java: Maven does not look any
 * further than there.
 */
function forMaven(own) {
  const hasJava = own.JAVA_HOME && existsSync(join(own.JAVA_HOME, 'bin', 'java'))
  return {
    ...parts(own, 'MAVEN_OPTS', ofJavasNetwork),
    ...parts(own, 'JAVA_TOOL_OPTIONS', ofJavasNetwork),
    ...parts(own, 'MAVEN_ARGS', ofMavensNetwork),
    ...(hasJava ? { JAVA_HOME: own.JAVA_HOME } : {}),
  }
}
