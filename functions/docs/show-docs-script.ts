import { endpoint } from '../api/endpoint.ts'
import { fileBeside, fileResponse } from './packed-file.ts'

const script = fileBeside(import.meta.dirname, 'viewer.js', 'text/javascript; charset=utf-8')

/** The viewer's script, and what starts it. */
export const handler = endpoint('show-docs-script', async ({ headers }) =>
  fileResponse(headers, script()),
)
