import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const folder = new URL('../../docs/decisions/', import.meta.url)
const text = (file: string) => readFileSync(new URL(file, folder), 'utf8')
const records = readdirSync(folder).filter((file) => file !== 'README.md')
const numbered = records.map((file) => ({ file, number: Number(file.slice(0, 4)) }))

test('decisions are numbered from 1 without a gap, in the names of their files', () => {
  expect(records.every((file) => /^\d{4}-[a-z0-9-]+\.md$/.test(file))).toBe(true)
  expect(numbered.map(({ number }) => number)).toEqual(records.map((_, i) => i + 1))
})

test.each(numbered)(
  '$file has number, date, status, question, decision and what lost',
  (record) => {
    const lines = text(record.file).split('\n')
    expect(lines[0]).toMatch(new RegExp(`^# ${record.file.slice(0, 4)}\\. \\S`))
    expect(lines[2]).toMatch(/^- Date: \d{4}-\d{2}-\d{2}$/)
    expect(lines[3]).toMatch(
      /^- Status: (accepted|superseded by \[\d{4}\]\(\d{4}-[a-z0-9-]+\.md\))$/,
    )
    const headings = lines.filter((line) => line.startsWith('## ')).map((line) => line.slice(3))
    expect(headings.filter((heading) => heading !== 'Limits')).toEqual([
      'Question',
      'Decision',
      'What lost',
    ])
  },
)

test('the index lists each decision by number, file, title and status', () => {
  const entries = text('README.md')
    .split(/\n(?=- \[)/)
    .slice(1)
    .map((entry) => entry.replace(/\s+/g, ' '))
  const expected = records.map((file) => {
    const record = text(file)
    const title = record.match(/^# \d{4}\. (.+)$/m)?.[1]
    const status = record.match(/^- Status: (\w+)/m)?.[1]
    return `- [${file.slice(0, 4)}](${file}) ${title} (${status}).`
  })
  expect(entries).toEqual(expected.map((start) => expect.stringContaining(start)))
})
