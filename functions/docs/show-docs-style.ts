import { endpoint } from '../api/endpoint.ts'
import { fileBeside, fileResponse } from './packed-file.ts'

const style = fileBeside(import.meta.dirname, 'viewer.css', 'text/css; charset=utf-8')

/** The viewer's style. */
export const handler = endpoint('show-docs-style', async ({ headers }) =>
  fileResponse(headers, style()),
)
