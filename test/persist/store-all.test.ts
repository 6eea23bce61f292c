import { expect, test } from 'vitest'
import { storeAll } from '../../functions/persist/store-all.ts'
import type { Change } from '../../functions/protocol/model/reservation.ts'
import type { Store } from '../../functions/protocol/ports/stores.ts'
import { message } from '../engines/changes.ts'

const server = (errno: number) => Object.assign(new Error('no'), { errno, code: `E${errno}` })
const [a1, a2, b1] = [message('a', 1, 1, 1), message('a', 1, 2, 2), message('b', 1, 1, 1)]
const all = [a1, a2, b1]

/** A store that does what `answer` says of each call, and notes what it was asked. */
function scripted(answer: (changes: Change[], call: number) => Change[] | Error) {
  const calls: Change[][] = []
  let renewed = 0
  const store: Store = {
    async store(changes) {
      calls.push(changes)
      const result = answer(changes, calls.length)
      if (result instanceof Error) throw result
      return result
    },
    renew: () => {
      renewed += 1
    },
  }
  return { store, calls, renewals: () => renewed }
}
const none = { stored: [], collided: [], refused: [], later: [] }

test('all is stored in one transaction but what collides', async () => {
  const { store, calls } = scripted(() => [a2])
  expect(await storeAll(store, all)).toEqual({ ...none, stored: [a1, b1], collided: [a2] })
  expect(calls).toEqual([all])
})

test.each([1205, 1213, 1290, 1792, 1836])(
  'error %i is tried once more on a new connection',
  async (errno) => {
    const { store, calls, renewals } = scripted((_, call) => (call === 1 ? server(errno) : []))
    expect(await storeAll(store, all)).toEqual({ ...none, stored: all })
    expect([calls.length, renewals()]).toEqual([2, 1])
  },
)

test('what fails twice is for later, whole', async () => {
  const { store, calls } = scripted(() => server(1213))
  const { later, ...rest } = await storeAll(store, all)
  expect(later).toEqual(all.map((change) => ({ change, reason: 'E1213' })))
  expect(rest).toEqual({ stored: [], collided: [], refused: [] })
  expect(calls).toHaveLength(2)
})

test('a data error is pinned down by parent, then by change, and the others are stored', async () => {
  const { store, calls } = scripted((changes) => (changes.includes(a2) ? server(1406) : []))
  expect(await storeAll(store, all)).toEqual({
    ...none,
    stored: [a1, b1],
    refused: [{ change: a2, reason: 'E1406' }],
  })
  expect(calls).toEqual([all, [a1, a2], [a1], [a2], [b1]])
})

test('a data error on the second attempt is pinned down as well', async () => {
  const { store } = scripted((changes, call) =>
    call === 1 ? server(1205) : changes.includes(b1) ? server(1366) : [],
  )
  expect(await storeAll(store, all)).toEqual({
    ...none,
    stored: [a1, a2],
    refused: [{ change: b1, reason: 'E1366' }],
  })
})

test('MySQL that goes away while a data error is pinned down leaves the rest for later', async () => {
  const { store, calls } = scripted((changes) =>
    changes.length === 3 ? server(1406) : server(2013),
  )
  const { later } = await storeAll(store, all)
  expect(later.map(({ change }) => change)).toEqual(all)
  expect(calls).toHaveLength(3)
})

test('without time nothing is begun', async () => {
  const { store, calls } = scripted(() => [])
  const { later } = await storeAll(store, all, () => true)
  expect(later.map(({ change }) => change)).toEqual(all)
  expect(calls).toEqual([])
})

test('a batch whose time is up meanwhile leaves the connection alone: it is the next batch that has it now', async () => {
  let late = false
  const { store, calls, renewals } = scripted(() => {
    late = true
    return server(1213)
  })
  const { later } = await storeAll(store, all, () => late)
  expect(later).toHaveLength(3)
  expect([calls.length, renewals()]).toEqual([1, 0])
})
