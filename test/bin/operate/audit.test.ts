import { expect, test } from 'vitest'
import { describeAudit } from '../../../bin/operate/audit.ts'
import type { Audit } from '../../../functions/audit/audit.ts'

const audit: Audit = {
  complete: true,
  onTheWay: 0,
  parents: 2,
  rows: 5,
  parked: 0,
  unreserved: 0,
  findings: [{ invariant: 'counts are exact', checked: 2, violations: [], total: 0 }],
}
const broken = {
  invariant: 'nothing waits',
  checked: 9,
  violations: ['root/1: still waits'],
  total: 3,
}

test('an audit that finds nothing ends with 0 and says on how much', () => {
  const { text, code } = describeAudit(audit)
  expect(code).toBe(0)
  expect(text).toBe(
    `holds   counts are exact               0 violations, 2 checked\n2 parents, 5 rows, 0 violations`,
  )
})

test('what is broken is named, the rest of it counted, and ends with 1', () => {
  const { text, code } = describeAudit({ ...audit, findings: [broken] })
  expect(code).toBe(1)
  expect(text).toContain('BROKEN  nothing waits                  3 violations, 9 checked')
  expect(text).toContain('root/1: still waits\n          and 2 more')
})

test('what moves, what is parked and what was not looked at is said', () => {
  const { text, code } = describeAudit({
    ...audit,
    complete: false,
    onTheWay: 4,
    parked: 1,
    unreserved: 2,
  })
  expect(code).toBe(2)
  expect(text).toMatch(
    /4 are still on their way[\s\S]*1 requests are parked[\s\S]*2 requests never got[\s\S]*NOT COMPLETE/,
  )
})
