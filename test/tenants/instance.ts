import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { functionsHere } from './functions.ts'
import { hostileKinds } from './hostile.ts'
import type { Job, Order, Statuses, Told } from './instances.ts'

/**
 * An instance of the functions, as a process of its own: on Lambda an instance serves one request
 * at a time, so the tenants share no processor with each other but those of the engines. Here all
 * share the machine's; with the lowest priority this one leaves them to the engines and to the
 * other tenant. It sends the requests of a hostile tenant one by one, while it is told to.
 */
setPriority(constants.priority.PRIORITY_LOW)
const last: { order: Order } = { order: 'pause' }
process.on('message', (told: Order | Job) => {
  if (typeof told === 'string') last.order = told
})
const [{ tenant, kinds, offset }]: [Job] = (await once(process, 'message')) as [Job]
const invoke = await functionsHere()
const statuses: Statuses = {}
const tell = (told: Told) =>
  new Promise((resolve) => process.send?.(told, undefined, undefined, resolve))

await tell('ready')
for (let i = offset; last.order !== 'stop'; i++) {
  // No instance gets its next request at once; and one that is refused without a call would leave
  // the event loop no turn, in which orders come.
  await pause(2)
  if (last.order === 'pause') {
    await pause(20)
    continue
  }
  const kind = kinds[i % kinds.length] ?? ''
  const asked = hostileKinds[kind]?.(tenant)
  if (!asked) throw new Error(`no such kind: ${kind}`)
  const { status } = await invoke(asked)
  const ofKind = statuses[kind] ?? {}
  statuses[kind] = { ...ofKind, [status]: (ofKind[status] ?? 0) + 1 }
}
await tell(statuses)
process.exit()
