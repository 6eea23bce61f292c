import { expect, test, vi } from 'vitest'
import { sendWaiting } from '../../../../bin/operate/restore-counters/drain.ts'

const never = new AbortController().signal

/** What these runs of the sweep make of it: how many there were, and what was printed. */
async function sentBy(runs: { sent: number; held: number }[], signal = never, seconds = 60) {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  let ran = 0
  const sweep = async () => ({ away: false, ...(runs[ran++] ?? { sent: 0, held: 0 }) })
  await sendWaiting(sweep, seconds, signal, 1)
  const [[printed] = []] = print.mock.calls
  print.mockRestore()
  return { ran, printed }
}

test('a run that only held back ends nothing: what lies behind is sent when there is room', async () => {
  const runs = [
    { sent: 5, held: 0 },
    { sent: 0, held: 9 },
    { sent: 9, held: 0 },
  ]
  expect(await sentBy(runs)).toEqual({ ran: 4, printed: '14 that wait were sent again' })
})

test('a queue that stays deep is waited for as long as it was said', async () => {
  expect(await sentBy([{ sent: 0, held: 9 }], never, -1)).toMatchObject({
    ran: 1,
    printed: expect.stringContaining('9 or more are held back'),
  })
  expect(await sentBy([{ sent: 0, held: 9 }], AbortSignal.abort())).toMatchObject({ ran: 1 })
})

test('a sweep that does not say what it held back is older than the command', async () => {
  const old = async () => ({ sent: 0, away: false })
  await expect(sendWaiting(old, 60, never, 1)).rejects.toThrow('deploy first')
})
