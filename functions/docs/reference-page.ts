import { page } from './page.ts'

const head = `<link rel="stylesheet" href="docs/viewer.css">
<script src="docs/viewer.js" defer></script>`
const main = `<main id="reference"><noscript><p>The reference is drawn by a script; the
<a href="openapi.json">OpenAPI document</a> says the same.</p></noscript></main>`

/** The page of the reference: Swagger UI, deployed with the function, on the OpenAPI document. */
export const referenceHtml = page('Chat API', '', head, main)
