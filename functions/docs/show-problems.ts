import { openEndpoint } from '../api/open-endpoint.ts'
import { fileAnswer, pageOf } from './file.ts'
import { problemsHtml } from './problems.ts'

const html = pageOf(problemsHtml)

/** What the `type` of each problem means. */
export const handler = openEndpoint('show-problems', async ({ headers }) =>
  fileAnswer(headers, html),
)
