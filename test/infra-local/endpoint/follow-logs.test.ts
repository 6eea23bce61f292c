import { expect, test } from 'vitest'
import { newLines } from '../../../infra-local/endpoint/follow-logs.ts'

const event = (n: number) => ({ eventId: `event-${n}`, message: `line ${n}` })

test('each event of a group is one line, also where the group could not be read in between', async () => {
  const reads = [[event(1), event(2)], undefined, [event(1), event(2)], [event(2), event(3)], []]
  const lines: string[] = []
  const look = newLines(
    async () => {
      const events = reads.shift()
      if (!events) throw new Error('away')
      return events
    },
    (line) => lines.push(line),
  )
  while (reads.length > 0) await look()
  expect(lines).toEqual(['line 1', 'line 2', 'line 3'])
})

test('events that have left the window are forgotten', async () => {
  const reads = [[event(1)], [event(2)], [event(1)]]
  const lines: string[] = []
  const look = newLines(
    async () => reads.shift() ?? [],
    (line) => lines.push(line),
  )
  while (reads.length > 0) await look()
  expect(lines).toEqual(['line 1', 'line 2', 'line 1'])
})
