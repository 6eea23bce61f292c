import './machine/old-node.mjs'

const help = `npm test                              lint, types, unit tests, then the end-to-end tests, on a
                                      stack of their own
npm test -- unit [vitest arguments]   only the unit tests, e.g. npm test -- unit test/protocol
npm test -- e2e [vitest arguments]    only the end-to-end tests, e.g. npm test -- e2e -t search`

/** Vite reads a path as an address. */
const unfitForTests = (root) =>
  /[#?%]/.test(root) && `the tests cannot run below a folder with #, ? or % in its path: ${root}`

// Not a static import: see start.mjs.
void import('./machine/node24.mjs').then(({ begin, runTypeScript }) =>
  begin(help, (args) => runTypeScript('test/run.ts', args, unfitForTests)),
)
