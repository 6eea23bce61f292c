import { endpoint } from '../api/endpoint.ts'
import { fileResponse, htmlFile } from './packed-file.ts'
import { problemsHtml } from './problems-page.ts'

const html = htmlFile(problemsHtml)

/** What the `type` of each problem means. */
export const handler = endpoint('show-problems', async ({ headers }) => fileResponse(headers, html))
