import { existsSync, readFileSync } from 'node:fs'

export interface Sum {
  passed: number
  failed: number
}

/** The arguments for vitest: it prints to the terminal, and writes its numbers into the report. */
export const vitestArguments = (project: string, report: string): string[] => [
  'run',
  ...['--project', project],
  ...['--reporter', 'default', '--reporter', 'json', `--outputFile.json=${report}`],
]

interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

/**
 * The numbers of a run, from vitest's JSON report. A file that could not be loaded has no failed
 * test, but is one failure. So is a run without a report (after a crash), a run without a test, and
 * one whose exit code says more than its tests.
 */
export function sumOf(file: string, exitCode: number): Sum {
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const report: Report = JSON.parse(readFileSync(file, 'utf8'))
  const isBroken = ({ status, assertionResults }: Report['testResults'][number]) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
  const failed = report.numFailedTests + report.testResults.filter(isBroken).length
  const unexplained = failed === 0 && (exitCode !== 0 || report.numPassedTests === 0)
  return { passed: report.numPassedTests, failed: failed + (unexplained ? 1 : 0) }
}
