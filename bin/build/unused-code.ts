import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

interface Replacement {
  /** The file of a package, as a pattern of its path. */
  file: RegExp
  contents: string
}

/**
 * Code that the functions would hold and never run, but read at every cold start. Without it accept
 * shrinks from 395 to 264 KB and loads in 36 instead of 50 ms, edit shrinks from 1,409 to 884 KB
 * and loads in 72 instead of 106 ms.
 */
const replacements: Replacement[] = [
  // A function's credentials are in its environment, so there is no profile, SSO, web identity or
  // instance to ask for others.
  {
    file: /@aws-sdk[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/,
    contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'",
  },
  // Tables of Shift JIS, GBK and Big5. mysql2 decodes with them what is not UTF-8, and every
  // connection here is utf8mb4.
  { file: /iconv-lite[\\/]encodings[\\/]dbcs-data\.js$/, contents: 'module.exports = {}' },
]

/**
 * Replaces these files in a bundle. What the replacements import is looked up from the same folder.
 */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onLoad }) {
    for (const { file, contents } of replacements)
      onLoad({ filter: file }, ({ path }) => ({ contents, resolveDir: dirname(path) }))
  },
}
