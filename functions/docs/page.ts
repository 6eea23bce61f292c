/** Text, escaped for HTML. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)

const style = `
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1b2430; background: #fff }
header { padding: 1rem 1.5rem; border-bottom: 1px solid #dde3ea }
header h1 { margin: 0; font-size: 1.25rem }
nav a { margin-right: 1.25rem }
main { max-width: 60rem; padding: 0.5rem 1.5rem 3rem }
main#reference { max-width: none; padding: 0 }
h2 { margin: 2rem 0 0.25rem; font-size: 1.1rem }
main:not(#reference) code { font: 0.9em ui-monospace, monospace; background: #f2f5f8; padding: 0.1em 0.3em }
:target { background: #fff6d5 }
a { color: #0b5cad }`

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
<header>
<h1>${escaped(title)}</h1>
<nav><a href="${up}docs">Reference</a><a href="${up}docs/problems">Problems</a><a href="${up}limits">Limits</a><a href="${up}openapi.json">OpenAPI document</a></nav>
</header>
${main}
</body>
</html>
`
