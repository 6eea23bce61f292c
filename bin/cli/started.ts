import { existsSync, realpathSync } from 'node:fs'

/**
 * Whether Node was started with this module: `if (isStarted(import.meta)) ...`. `import.meta.main`
 * says it too, but only from Node 24.2 on. Before, it is undefined: the command would do nothing
 * and end with 0. The Node that is packaged for macOS on arm64 is 24.0.0. The script's path may
 * lead over symbolic links (as /tmp does on macOS), a module's file name never does.
 */
export function isStarted({ filename }: Pick<ImportMeta, 'filename'>): boolean {
  const [, script] = process.argv
  return script !== undefined && existsSync(script) && realpathSync(script) === filename
}
