import { openEndpoint } from '../api/open-endpoint.ts'
import { fileAnswer, pageOf } from './file.ts'
import { page } from './html.ts'

const head = `<link rel="stylesheet" href="docs/viewer.css">
<script src="docs/viewer.js" defer></script>`
const main = `<main id="reference"><noscript><p>The reference is drawn by a script; the
<a href="openapi.json">OpenAPI document</a> says the same.</p></noscript></main>`

const html = pageOf(page('Chat API', '', head, main))

/** The reference: Swagger UI, deployed with the functions, on the OpenAPI document. */
export const handler = openEndpoint('show-docs', async ({ headers }) => fileAnswer(headers, html))
