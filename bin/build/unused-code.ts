import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

interface Replacement {
  /** The file of a package, as a pattern of its path. */
  file: RegExp
  contents: string
}

/**
 * Code that the functions hold and never run; it is read at every cold start all the same. Without
 * it accept shrinks from 395 to 264 KB and loads in 36 instead of 50 ms, edit from 1,409 to 884 KB
 * and 72 instead of 106 ms.
 */
const replacements: Replacement[] = [
  // A function's credentials stand in its environment: no profile, SSO, web identity or instance to
  // ask for others.
  {
    file: /@aws-sdk[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/,
    contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'",
  },
  // Tables of Shift JIS, GBK, Big5: mysql2 decodes by them what is not UTF-8, and every connection
  // is utf8mb4.
  { file: /iconv-lite[\\/]encodings[\\/]dbcs-data\.js$/, contents: 'module.exports = {}' },
]

/** Takes these files' place in a bundle; what they import is looked up from where they are. */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onLoad }) {
    for (const { file, contents } of replacements)
      onLoad({ filter: file }, ({ path }) => ({ contents, resolveDir: dirname(path) }))
  },
}
