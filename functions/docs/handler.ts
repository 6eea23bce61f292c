import { representLimits } from '../api/schemas/limits.ts'
import { stageEndpoint } from '../api/stage-endpoint.ts'
import { optionalEnv } from '../clients/env.ts'
import { problemsHtml } from './problems-page.ts'
import { referenceHtml } from './reference-page.ts'
import { fileBeside, fileResponse, htmlFile, type StaticFile } from './static-file.ts'

const show =
  (file: () => StaticFile) =>
  async ({ headers }: { headers: Record<string, string> }) =>
    fileResponse(headers, file())
const showBeside = (name: string, type: string) => show(fileBeside(import.meta.dirname, name, type))

/**
 * Where the reference is, seen from the base address. On AWS this ends with the stage, with a slash
 * behind it or without: a relative reference would be right for one of the two. BASE_PATH is unset
 * where the base address has no path.
 */
function docsReference(): string {
  const base = optionalEnv('BASE_PATH')
  return base === undefined ? 'docs' : `${base}/docs`
}

/**
 * The reference and its files, the problems, the OpenAPI document, the limits. One function for all
 * of them: they need the same rights, memory and time, and one that is warm serves a whole visit.
 */
export const handler = stageEndpoint({
  'show-root': async () => ({ status: 302, headers: { Location: docsReference() } }),
  'show-docs': show(htmlFile(referenceHtml)),
  'show-docs-script': showBeside('viewer.js', 'text/javascript; charset=utf-8'),
  'show-docs-style': showBeside('viewer.css', 'text/css; charset=utf-8'),
  'show-problems': show(htmlFile(problemsHtml)),
  'show-openapi': showBeside('openapi.json', 'application/json'),
  'show-limits': async () => ({ status: 200, body: representLimits() }),
})
