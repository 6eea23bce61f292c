import { execFile } from 'node:child_process'
import { basename, dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..', '..', '..')

/** The local stack that the tests run on. */
export function stackName(): string {
  const outputs = process.env.CHAT_OUTPUTS
  if (!outputs)
    throw new Error('CHAT_OUTPUTS is not set: run `npm test -- e2e`, which starts a stack')
  return basename(dirname(outputs))
}

/**
 * Runs bin/operate/<tool>.ts as a person would; resolves with its exit code and what it printed,
 * errors included.
 */
export function runTool(
  tool: string,
  ...args: string[]
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(root, 'bin', 'operate', `${tool}.ts`),
        ...args,
      ],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
    )
  })
}
