import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type AwsAccess, keyHeader } from '../machine/aws-access.ts'
import { CannotStart } from '../machine/cannot-start.ts'
import { cached } from '../machine/download.ts'
import { childEnvironment, downloadEnvironment } from '../machine/environment.mjs'
import { localEnvironment } from '../machine/local-environment.ts'
import { plain } from '../machine/plain-root.mjs'
import { run, start } from '../machine/processes.ts'
import type { Running, Stack } from '../machine/stack.ts'

export const miniStackVersion = '1.5.33'

/** Makes it forget all of its state. Throws CannotStart. */
export async function resetMiniStack(access: AwsAccess): Promise<void> {
  const response = await fetch(`${access.endpoint}/_ministack/reset`, {
    method: 'POST',
    headers: keyHeader(access),
  })
  if (!response.ok)
    throw new CannotStart(`MiniStack does not forget its state (${response.status}): npm run reset`)
}

const pythonAdvice =
  'install Python 3.10 or newer with venv (Debian: apt-get install python3-venv, macOS: brew install python)'
const requirements = plain(join(import.meta.dirname, 'ministack-requirements.txt'))
const pythonOf = (venv: string) => join(venv, 'bin', 'python')

/**
 * MiniStack in a venv of its own; pip checks each file against the hashes of the requirements.
 * Returns the folder, which was renamed when it was whole: `bin/python -m` bears that, for it needs
 * no path that is written in the folder. Only the scripts beside it do. Throws CannotStart.
 */
export function fetchMiniStack(stack: Stack): Promise<string> {
  return cached(stack, {
    name: `ministack-${miniStackVersion}`,
    what: `installing MiniStack ${miniStackVersion}`,
    megabytes: 200,
    make: (half) => installMiniStack(stack, half),
    ask: lackOfPackages,
  })
}

/**
 * pip downloads as the person has set it up (index, proxy, certificates), and installs by nothing
 * but its own options: `user`, `target` or `prefix` in a pip.conf would lead somewhere else.
 */
async function installMiniStack(stack: Stack, half: string): Promise<void> {
  const venv = ['-m', 'venv', half]
  await run(stack, { name: 'aws-venv', command: 'python3', args: venv, advice: pythonAdvice })
  const command = pythonOf(half)
  const wheels = join(half, 'wheels')
  const wanted = ['--require-hashes', '-r', requirements]
  const download = ['-m', 'pip', 'download', '--quiet', '--only-binary=:all:', '--dest', wheels]
  const advice = `see that the network is there, and ${pythonAdvice}`
  const env = downloadEnvironment()
  await run(stack, { name: 'aws-pip', command, args: [...download, ...wanted], env, advice })
  const install = ['-m', 'pip', 'install', '--quiet', '--no-index', '--find-links', wheels]
  await run(stack, {
    name: 'aws-pip-install',
    command,
    args: [...install, ...wanted],
    env: { ...childEnvironment(), PIP_CONFIG_FILE: '/dev/null' },
    advice,
  })
  rmSync(wheels, { recursive: true, force: true })
}

/** A line for each package of the requirements that the venv has not, or in another version. */
const packagesScript = `
import importlib.metadata as installed, sys
for line in open(sys.argv[1]):
    name, _, version = line.split(' ')[0].partition('==')
    if not version or line.startswith('#'): continue
    try: found = installed.version(name)
    except installed.PackageNotFoundError: found = 'missing'
    if found != version: print(f'{name} is {found}, not {version}')
`

async function lackOfPackages(venv: string): Promise<string | undefined> {
  const args = ['-I', '-c', packagesScript, requirements]
  const options = { encoding: 'utf8', env: childEnvironment() } as const
  const { error, status, stdout } = spawnSync(pythonOf(venv), args, options)
  if (error || status !== 0) return 'its Python cannot be run'
  return stdout.split('\n', 1)[0] || undefined
}

/** An empty folder into which functions and their worker scripts are unpacked. */
function emptyScratch(folder: string): string {
  const scratch = join(folder, 'tmp')
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { recursive: true })
  // It lies below the project's package.json, which says ESM; what is unpacked is CommonJS.
  writeFileSync(join(scratch, 'package.json'), '{"type":"commonjs"}')
  return scratch
}

/**
 * Starts MiniStack on 127.0.0.1, its state in the stack's folder, behind a guard that lets in only
 * who has the credentials of `access` (guarded_endpoint.py). `onLine` gets its output, and with it
 * that of the functions. With CHAT_QUICK_QUEUE=on its FIFO queue is replaced by one that stays
 * quick while tens of thousands of messages wait (quick_queue.py); `npm run chaos` needs that.
 */
export function startMiniStack(
  stack: Stack,
  venv: string,
  access: AwsAccess,
  onLine: (line: string) => void,
): Promise<Running> {
  const folder = join(stack.folder, 'aws')
  const env = {
    ...localEnvironment(access),
    BIND_HOST: '127.0.0.1',
    // In the addresses of the queues. `localhost` may be somebody else, by IPv6.
    MINISTACK_HOST: '127.0.0.1',
    GATEWAY_PORT: new URL(access.endpoint).port,
    LAMBDA_EXECUTOR: 'local',
    PERSIST_STATE: '1',
    STATE_DIR: join(folder, 'state'),
    S3_PERSIST: '1',
    S3_DATA_DIR: join(folder, 's3'),
    TMPDIR: emptyScratch(folder),
    // Listeners that nobody uses here; they would take fixed ports.
    SFTP_ENABLED: '0',
    IOT_MTLS_ENABLED: '0',
    CHAT_QUICK_QUEUE: process.env.CHAT_QUICK_QUEUE ?? '',
    // Functions run on the first `node` of PATH: the one that runs this, which is what is deployed.
    PATH: `${dirname(plain(process.execPath))}:${process.env.PATH ?? ''}`,
  }
  const python = pythonOf(venv)
  const args = [plain(join(import.meta.dirname, 'guarded_endpoint.py'))]
  return start(stack, { name: 'aws', command: python, args, env, onLine })
}
