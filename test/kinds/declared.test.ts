import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { applicationKind } from '../../functions/kinds/application.ts'
import { chatKind } from '../../functions/kinds/chat.ts'
import { kindBelow, type ValueOf } from '../../functions/kinds/kinds.ts'
import { messageKind } from '../../functions/kinds/message.ts'
import { readRow, valueCells } from '../../functions/mysql/row-columns.ts'

type Below = keyof ValueOf
const times = ['created_at', 'updated_at', 'deleted_at']
const instants = ['2026-01-02 03:04:05.678', '2026-01-02 03:04:06.000', null]

/** A row of the kind with something in every field that its column can read. */
function filled<K extends Below>(below: K) {
  const fields = Object.keys(kindBelow[below].columns)
  const cells = [...fields.map(() => '{"a":1}'), ...instants]
  const columns = [...fields, ...times].map((name, i) => [name, cells[i]])
  const own = { number: 7, rid: 'secret', rev: 9, child_count: 3 }
  const row = readRow(below, { ...own, ...Object.fromEntries(columns) })
  return { fields, cells, row, value: row.value }
}

/** What all kinds promise; each is a test of one of them. */
const promises: Record<string, <K extends Below>(below: K) => void> = {
  'has a column for each field of its value, which brings it back'(below) {
    const { fields, cells, value } = filled(below)
    expect(v.parse(kindBelow[below].value, value)).toEqual(value)
    expect(Object.keys(value)).toEqual([...fields, ...times])
    expect(valueCells(below, value)).toEqual(cells)
  },
  'shows each field of its value, and nothing else of its row'(below) {
    const kind = kindBelow[below]
    const { fields, row } = filled(below)
    const shown: Record<string, unknown> = { ...kind.represent(row, 'stored') }
    expect(v.safeParse(kind.response, shown).issues).toBeUndefined()
    for (const field of fields) expect(shown[field]).toEqual(Object(row.value)[field])
    const rest = Object.keys(shown).filter((name) => !fields.includes(name))
    const all = ['number', kind.countColumn, 'status', 'created_at', 'updated_at']
    expect(all).toEqual(expect.arrayContaining(rest))
  },
  'has null in each optional field that is unset, and in no other'(below) {
    const kind = kindBelow[below]
    const { fields, row, value } = filled(below)
    const nullable = fields.filter((field) => v.is(kind.value, { ...value, [field]: null }))
    expect(kind.unset).toEqual(Object.fromEntries(nullable.map((field) => [field, null])))
    const unset = kind.represent({ ...row, value: { ...value, ...kind.unset } }, 'accepted')
    expect(v.safeParse(kind.response, unset).issues).toBeUndefined()
  },
  'can clear by a PATCH what a create may leave out, and nothing else'(below) {
    const kind = kindBelow[below]
    const { fields } = filled(below)
    const clearable = fields.filter((field) => v.is(kind.update, { [field]: null }))
    expect(clearable).toEqual(Object.keys(kind.unset))
  },
  'is still a value when it is deleted, without what was optional'(below) {
    const kind = kindBelow[below]
    const { value } = filled(below)
    const erased = v.parse(kind.value, { ...value, ...kind.erased })
    expect(erased).toMatchObject(kind.unset)
    expect(erased).toMatchObject(kind.erased)
  },
  'is a value without a field only if that came later, and drops one that is not its own'(below) {
    const kind = kindBelow[below]
    const { value } = filled(below)
    for (const name of Object.keys(value)) {
      const { [name]: _gone, ...rest } = Object(value)
      const read = v.safeParse(kind.value, rest)
      if (read.success) expect(read.output).toMatchObject({ ...rest, [name]: null })
    }
    expect(v.parse(kind.value, { ...value, later: 1 })).toEqual(value)
  },
}

describe.each(Object.entries(promises))('a kind %s', (_, holds) => {
  test('application', () => holds('root'))
  test('chat', () => holds('application'))
  test('message', () => holds('chat'))
})

test('a deleted message holds no text, a deleted chat no title', () => {
  expect(messageKind.erased).toMatchObject({ body: '', sender: null, metadata: null })
  expect(chatKind.erased).toMatchObject({ title: null, metadata: null })
})

test('only fields of the first version are required: what came later is `added`', () => {
  const required = (entries: object) =>
    Object.entries(entries).flatMap(([name, schema]) => (schema.type === 'optional' ? [] : [name]))
  expect(required(applicationKind.value.entries)).toEqual(['token', 'name', ...times])
  expect(required(chatKind.value.entries)).toEqual(['title', 'metadata', ...times])
  expect(required(messageKind.value.entries)).toEqual(['body', 'sender', 'metadata', ...times])
})
