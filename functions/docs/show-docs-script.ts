import { openEndpoint } from '../api/open-endpoint.ts'
import { fileAnswer, fileBeside } from './file.ts'

const script = fileBeside(import.meta.dirname, 'viewer.js', 'text/javascript; charset=utf-8')

/** The viewer's script, and what starts it. */
export const handler = openEndpoint('show-docs-script', async ({ headers }) =>
  fileAnswer(headers, script()),
)
