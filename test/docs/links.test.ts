import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { mutants } from '../mutants/mutants.ts'

const project = join(import.meta.dirname, '..', '..')
const read = (file: string): string => readFileSync(join(project, file), 'utf8')

const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: project })
const protocol = 'docs/protocol.md'

/** A page without its blocks of code. */
const proseOf = (page: string): string => read(page).replaceAll(/^```[\s\S]*?^```/gm, '')

/** The anchors that GitHub makes of a page's headings. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>()
  const headings = [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\- _]/gu, '')
      .replaceAll(' ', '-'),
  )
  return new Set(
    headings.map((anchor) => {
      const times = seen.get(anchor) ?? 0
      seen.set(anchor, times + 1)
      return times === 0 ? anchor : `${anchor}-${times}`
    }),
  )
}

interface Link {
  page: string
  target: string
}
const links: Link[] = pages.flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => ({ page, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target)),
)

/** What is wrong with a link; undefined: nothing. */
function brokenBy({ page, target }: Link): string | undefined {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), path))
  if (!existsSync(join(project, file))) return `${page}: ${target} does not exist`
  if (anchor === undefined) return undefined
  if (statSync(join(project, file)).isDirectory() || !file.endsWith('.md'))
    return `${page}: ${target} has an anchor, and is no page`
  return anchorsOf(file).has(anchor) ? undefined : `${page}: ${target} has no such heading`
}

test('every relative link of the documentation leads to a file and a heading that exist', () => {
  expect(links.length).toBeGreaterThan(100)
  expect(links.flatMap((link) => brokenBy(link) ?? [])).toEqual([])
})

test('a link to what does not exist is noticed', () => {
  expect(brokenBy({ page: protocol, target: 'nowhere.md' })).toContain('does not exist')
  expect(brokenBy({ page: protocol, target: '#nothing' })).toContain('no such heading')
  expect(brokenBy({ page: protocol, target: '#problem' })).toBeUndefined()
})

test('every page and heading of docs/ that a comment names exists', () => {
  const sources = globSync('{functions,lib,bin,infra-local,test}/**/*.{ts,mts,mjs,py}', {
    cwd: project,
    exclude: ['test/docs/links.test.ts'],
  })
  const named = sources.flatMap((source) =>
    [...read(source).matchAll(/\bdocs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(([target]) => ({
      // As if it stood in the folder of the project, beside docs/.
      page: 'README.md',
      target,
      source,
    })),
  )
  expect(named.length).toBeGreaterThan(5)
  expect(named.flatMap((each) => brokenBy(each)?.replace('README.md', each.source) ?? [])).toEqual(
    [],
  )
})

/** Whatever the formatter and the page's columns have made of the spaces. */
const plain = (text: string): string => text.replaceAll(/\s+/g, '')

/** The items of a race's list that begin so, each as one line. */
const itemsOf = (name: string): string[] =>
  [...read(protocol).matchAll(new RegExp(`^- ${name}: ((?:.+\\n)(?: {2}.+\\n)*)`, 'gm'))].map(
    ([, item = '']) => item.replaceAll(/\s+/g, ' '),
  )

test('the code that docs/protocol.md quotes for each race stands in the file that it names', () => {
  const quotes = itemsOf('Code').flatMap((item) => {
    // Several quotes may be of one file: each is of the link that follows it.
    const parts = item.split(/(?<=\]\([^)]*\))/).filter((part) => part.includes(']('))
    return parts.flatMap((part) => {
      const file = /\]\(([^)]*)\)/.exec(part)?.[1] ?? ''
      const codes = [...part.replace(/\[[^\]]*\]\([^)]*\)/, '').matchAll(/`([^`]+)`/g)]
      return codes.map(([, code = '']) => ({ code, file: normalize(join('docs', file)) }))
    })
  })
  expect(quotes.length).toBeGreaterThan(30)
  const missing = quotes.filter(({ code, file }) => !plain(read(file)).includes(plain(code)))
  expect(missing.map(({ code, file }) => `${file}: ${code}`)).toEqual([])
})

test('docs/protocol.md names every mutant there is, and none that is not', () => {
  const named = itemsOf('Mutants').flatMap((item) =>
    [...item.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  expect([...new Set(named)].toSorted()).toEqual(mutants.map(({ name }) => name).toSorted())
})
