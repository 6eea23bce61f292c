import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** A file that is deployed beside the function `docs`, packed, and sent as it is. */
export interface Asset {
  name: string
  contents: Buffer
}

const viewerFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
const viewer = (file: string): string => readFileSync(join(viewerFolder, file), 'utf8')

/**
 * Starts the viewer on the page that holds it, which lies beside the document: requests go to the
 * API that it comes from, whatever servers the document names. Its validator and its font would be
 * other hosts' services.
 */
const start = `
const here = [{ url: new URL('.', location.href).href.replace(/[/]$/, ''), description: 'This API' }]
const callsHere = {
  statePlugins: { spec: { wrapActions: {
    updateJsonSpec: (update) => (document) => update({ ...document, servers: here }),
  } } },
}
const dark = matchMedia('(prefers-color-scheme: dark)')
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', paint)
paint()
addEventListener('DOMContentLoaded', () => SwaggerUIBundle({
  url: 'openapi.json', dom_id: '#reference', deepLinking: true, validatorUrl: null, docExpansion: 'list',
  defaultModelsExpandDepth: 0, tryItOutEnabled: false, persistAuthorization: false, plugins: [() => callsHere],
}))
`

/**
 * The document and the viewer, from the project at `root`. Throws when docs/openapi.json is
 * missing.
 */
export function assets(root: string): Asset[] {
  const files = {
    'openapi.json': readFileSync(join(root, 'docs', 'openapi.json'), 'utf8'),
    'viewer.js':
      viewer('swagger-ui-bundle.js.LICENSE.txt') + viewer('swagger-ui-bundle.js') + start,
    'viewer.css': viewer('swagger-ui.css'),
  }
  return Object.entries(files).map(([name, text]) => ({
    name: `${name}.gz`,
    // A browser would ask for the source map, which is not there.
    contents: gzipSync(text.replace(/\n\/[/*]# sourceMappingURL=.*/g, ''), { level: 9 }),
  }))
}
