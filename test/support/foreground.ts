import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

let running: ChildProcess | undefined

/**
 * Runs a command with this terminal to its end. Returns its exit code, 1 if a signal ended it.
 * Rejects if there is no such command.
 */
export async function runHere(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  running = spawn(command, args, { env, stdio: 'inherit' })
  const [code] = await once(running, 'exit')
  running = undefined
  return typeof code === 'number' ? code : 1
}

/** Passes a signal on to the command that runs. */
export const stopRunning = (signal: NodeJS.Signals): void => {
  running?.kill(signal)
}
