import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { logEvents } from '../../../functions/protocol/ports/log.ts'

const project = join(import.meta.dirname, '..', '..', '..')
const operating = readFileSync(join(project, 'docs', 'operating.md'), 'utf8')
/** The text below a heading of the second level. */
const sectionOf = (heading: string): string =>
  operating.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
/** The items of a list, their lines joined. */
const itemsOf = (text: string): string[] =>
  [...text.matchAll(/^- (.*(?:\n {2}.*)*)/gm)].map(([, item = '']) => item.replace(/\n {2}/g, ' '))

test('events are named in one spelling', () => {
  expect(Object.keys(logEvents).filter((event) => !/^[a-z]+(_[a-z]+)*$/.test(event))).toEqual([])
})

test('every event is written somewhere in functions/, and by log() alone', () => {
  const sources = globSync('functions/**/*.ts', { cwd: project }).map((file) => ({
    file,
    text: readFileSync(join(project, file), 'utf8'),
  }))
  const written = new Set(
    sources
      .flatMap(({ text }) => [...text.matchAll(/\blog(?:\?\.)?\(\s*'([^']+)'/g)])
      .map(([, event]) => event),
  )
  expect([...written].toSorted()).toEqual(Object.keys(logEvents).toSorted())
  expect(sources.filter(({ text }) => text.includes('console.')).map(({ file }) => file)).toEqual([
    'functions/clients/log.ts',
  ])
})

test('docs/operating.md lists every event with its meaning, and no other', () => {
  const listed = itemsOf(sectionOf('Log lines'))
  expect(listed).toEqual(
    Object.entries(logEvents).map(([event, meaning]) => `\`${event}\`: ${meaning}`),
  )
})

test('the section of every alarm says which log lines to look for, and each of them exists', () => {
  const sections = sectionOf('Alarms').split(/^### /m).slice(1)
  expect(sections.length).toBeGreaterThan(10)
  for (const section of sections) {
    const [line = ''] = itemsOf(section).filter((item) => item.startsWith('Log: '))
    expect(line, section).not.toBe('')
    const named = [...line.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, event]) => event)
    expect(named.filter((event = '') => !(event in logEvents))).toEqual([])
    const known = Object.keys(logEvents).some((event) => line.includes(`\`${event}\``))
    expect(known || line.includes('none of our events'), section).toBe(true)
  }
})
