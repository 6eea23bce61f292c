import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const project = join(import.meta.dirname, '..', '..')
const pages = globSync('{*.md,docs/**/*.md,test/**/*.md}', { cwd: project }).toSorted()
const read = (page: string) => readFileSync(join(project, page), 'utf8')

/** A page without its blocks of code: commands to paste, and what they print, keep their lines. */
const proseOf = (page: string) => read(page).replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '')

test('no line of a page is above 100 columns, but for an address', () => {
  const wide = pages.flatMap((page) =>
    proseOf(page)
      .split('\n')
      .filter((line) => [...line].length > 100 && !line.includes('https://'))
      .map((line) => `${page}: ${line}`),
  )
  expect(wide).toEqual([])
})

test('the README has at most 120 lines', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(120)
})
