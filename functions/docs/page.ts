/** Text, escaped for HTML. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)

/**
 * Rules for parts of ours alone, by their classes: Swagger UI has elements of all kinds of its own.
 * Dark where the reader wants it dark; Swagger UI is so by a class (bin/build/assets.ts).
 */
const style = `
:root { color-scheme: light dark; --ink: #1b2430; --paper: #fff; --line: #dde3ea; --link: #0b5cad; --code: #f2f5f8; --mark: #fff6d5 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e6e6; --paper: #1c2022; --line: #3b4151; --link: #8ab8ff; --code: #2a2f33; --mark: #3d3618 }
}
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
.site { padding: 1rem 1.25rem; border-bottom: 1px solid var(--line) }
.site h1 { margin: 0; font-size: 1.25rem }
.site nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem }
.site a, .text a { color: var(--link) }
.text { max-width: 60rem; padding: 0.5rem 1.25rem 3rem; overflow-wrap: anywhere }
.text h2 { margin: 2rem 0 0.25rem; font-size: 1.1rem }
.text code { font: 0.9em ui-monospace, monospace; background: var(--code); padding: 0.1em 0.3em }
.text :target { background: var(--mark) }`

/**
 * The HTML of a page of the documentation. Links are relative, so that they hold behind every base
 * address. `up` leads from the page to the base address: it is empty, or `../` for each segment
 * that the page lies deeper.
 */
export const page = (
  title: string,
  up: string,
  head: string,
  main: string,
): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>${style}
</style>
${head}
</head>
<body>
<header class="site">
<h1>${escaped(title)}</h1>
<nav><a href="${up}docs">Reference</a><a href="${up}docs/problems">Problems</a><a href="${up}limits">Limits</a><a href="${up}openapi.json">OpenAPI document</a></nav>
</header>
${main}
</body>
</html>
`
