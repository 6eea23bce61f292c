import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sumOf } from './sum.ts'

function report(passed: number, failed: number, files: object[] = []): string {
  const file = join(mkdtempSync(join(tmpdir(), 'sum-')), 'report.json')
  writeFileSync(
    file,
    JSON.stringify({ numPassedTests: passed, numFailedTests: failed, testResults: files }),
  )
  return file
}

describe('the sum of a test run', () => {
  it('is what the report counts', () => {
    expect(sumOf(report(12, 0), 0)).toEqual({ passed: 12, failed: 0 })
    expect(sumOf(report(12, 2), 1)).toEqual({ passed: 12, failed: 2 })
  })
  it('counts a file that could not be loaded', () => {
    expect(sumOf(report(12, 0, [{ status: 'failed', assertionResults: [] }]), 1)).toEqual({
      passed: 12,
      failed: 1,
    })
  })
  it('is a failure without tests, without a report, and when only the exit code says so', () => {
    expect(sumOf(report(0, 0), 0)).toEqual({ passed: 0, failed: 1 })
    expect(sumOf('/nowhere/report.json', 1)).toEqual({ passed: 0, failed: 1 })
    expect(sumOf(report(12, 0), 1)).toEqual({ passed: 12, failed: 1 })
  })
})
