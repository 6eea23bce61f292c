import { describe, expect, test } from 'vitest'
import { isNewest } from '../../../functions/protocol/read/without-mysql.ts'
import { emptyHead } from '../../../functions/protocol/table/head.ts'

const pending = (rev: number, parked = false) => ({ number: 1, rev, parked })

describe('what is pending is the newest there is', () => {
  const head = { ...emptyHead, lastEdits: { '1': 7 } }
  test('unless a later edit of its bucket was reserved', () => {
    expect(isNewest(head, [pending(7)])).toBe(true)
    expect(isNewest(head, [pending(6)])).toBe(false)
    expect(isNewest(emptyHead, [pending(1)])).toBe(true)
    expect(isNewest(head, [])).toBe(false)
  })
  test('and never what is parked, nor what is pending beside it (P9)', () => {
    const parked = pending(99, true)
    expect(isNewest(emptyHead, [parked])).toBe(false)
    expect(isNewest(emptyHead, [pending(100), parked])).toBe(false)
  })
})
