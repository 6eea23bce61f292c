import { page } from './page.ts'

/**
 * What the viewer's own style lacks: a label and numbers in code that can be read; no column for
 * links, of which the document has none; on a phone less margin, and a parameter below its name.
 */
const style = `
#reference .examples-select__section-label { color: var(--ink) }
#reference .microlight span[style*='211, 99, 99'] { color: #f28b82 !important }
#reference .response-col_links { display: none }
@media (max-width: 40rem) {
  #reference .wrapper { padding: 0 0.5rem }
  #reference .scheme-container .schemes { flex-wrap: wrap; gap: 1rem }
  #reference .servers > label { display: block }
  #reference .opblock-section-header, #reference .opblock-description-wrapper { padding: 0.5rem }
  #reference .table-container, #reference .responses-inner { padding: 0.5rem }
  #reference .parameters thead { display: none }
  #reference .parameters tr, #reference .parameters tr td {
    display: block; padding: 0; min-width: 0; max-width: 100%
  }
  #reference .parameters tr td.parameters-col_name { padding-top: 1rem }
  #reference .parameters-col_description :is(input, select) { width: 100%; max-width: 100% }
  #reference .response-col_status { min-width: 0 }
  #reference .response-col_description { padding-left: 0.5rem; overflow-wrap: anywhere }
}`

const head = `<style>${style}
</style>
<link rel="stylesheet" href="docs/viewer.css">
<script src="docs/viewer.js" defer></script>`
const main = `<main id="reference"><noscript><p class="text">The reference is drawn by a script; the
<a href="openapi.json">OpenAPI document</a> says the same.</p></noscript></main>`

/** The page of the reference: Swagger UI, deployed with the function, on the OpenAPI document. */
export const referenceHtml = page('Chat API', '', head, main)
