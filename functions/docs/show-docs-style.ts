import { openEndpoint } from '../api/open-endpoint.ts'
import { fileAnswer, fileBeside } from './file.ts'

const style = fileBeside(import.meta.dirname, 'viewer.css', 'text/css; charset=utf-8')

/** The viewer's style. */
export const handler = openEndpoint('show-docs-style', async ({ headers }) =>
  fileAnswer(headers, style()),
)
