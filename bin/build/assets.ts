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
 * Starts the viewer on the page that holds it. Without these settings its validator and its font
 * would come from other hosts.
 */
const start = `
addEventListener('DOMContentLoaded', () => SwaggerUIBundle({
  url: 'openapi.json', dom_id: '#reference', deepLinking: true, validatorUrl: null, docExpansion: 'list',
  defaultModelsExpandDepth: 0, tryItOutEnabled: false, persistAuthorization: false,
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
