import { endpoint } from '../api/endpoint.ts'
import { page } from './html.ts'
import { fileResponse, htmlFile } from './packed-file.ts'

const head = `<link rel="stylesheet" href="docs/viewer.css">
<script src="docs/viewer.js" defer></script>`
const main = `<main id="reference"><noscript><p>The reference is drawn by a script; the
<a href="openapi.json">OpenAPI document</a> says the same.</p></noscript></main>`

const html = htmlFile(page('Chat API', '', head, main))

/** The reference: Swagger UI, deployed with the functions, on the OpenAPI document. */
export const handler = endpoint('show-docs', async ({ headers }) => fileResponse(headers, html))
