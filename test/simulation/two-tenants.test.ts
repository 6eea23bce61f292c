import { expect, test } from 'vitest'
import { root } from '../../functions/protocol/model/parent.ts'
import { putHead } from '../../functions/protocol/table/head-writes.ts'
import { startBackground } from './background.ts'
import { invoke, kinds, type Seen } from './clients/operations.ts'
import { finish } from './finish.ts'
import { type System, systemOf } from './system.ts'

const second = 1_000
const minute = 60 * second
const [applications, chats, messages] = kinds

/** A tenant by its token; what it does is counted by status. */
function tenantOf(system: System, token: string) {
  const statuses: Record<string, number> = {}
  const note = (what: string, seen: Seen) => {
    const name = `${what} ${seen?.status}`
    statuses[name] = (statuses[name] ?? 0) + 1
    return seen
  }
  const path = { token, chat: 0, message: 0 }
  const inChat = { ...path, chat: 1 }
  return {
    statuses,
    newChat: async () =>
      note('chat', await invoke(system, 'chat', chats.create, { path, body: { title: 'c' } })),
    say: async (body: string) =>
      note(
        'message',
        await invoke(system, 'say', messages.create, { path: inChat, body: { body } }),
      ),
    rename: async (name: string) =>
      note(
        'rename',
        await invoke(system, 'rename', applications.update, {
          path,
          method: 'PATCH',
          body: { name },
        }),
      ),
  }
}

async function newToken(system: System, name: string): Promise<string> {
  const path = { token: '', chat: 0, message: 0 }
  const seen = await invoke(system, 'new', applications.create, { path, body: { name } })
  if (seen?.status !== 201) throw new Error(`${name}: ${seen?.status}`)
  return (seen.body as { token: string }).token
}

const pause = (system: System, ms: number): Promise<void> =>
  new Promise((resolve) => {
    system.world.after(ms, resolve)
  })

/** Does it again and again until `end`, `ms` apart. */
async function loop(system: System, end: number, ms: number, work: () => Promise<unknown>) {
  while (system.world.now < end) {
    await work()
    await pause(system, ms)
  }
}

/**
 * Two tenants for 12 seconds, of which one renames its application in four loops and floods its
 * chat in four; their applications are equal modulo 16, which once meant that they shared a bucket
 * of the root. With `away` MySQL goes away after 5 seconds.
 */
async function twoTenants({ away }: { away: boolean }) {
  const system = systemOf(1, { rate: 0, outages: [], strayMs: 0 })
  const { world } = system
  system.table.put(putHead(root))
  startBackground(system)
  const work = async () => {
    const tokens: string[] = []
    for (let n = 0; n <= 16; n++) tokens.push(await newToken(system, `application ${n}`))
    const [hostile, other] = [tokens[0], tokens[16]].map((token = '') => tenantOf(system, token))
    if (!hostile || !other) throw new Error('no tenants')
    await hostile.newChat()
    await other.newChat()
    const start = world.now
    if (away)
      system.faults.outages.push({
        dependency: 'mysql',
        from: start + 5 * second,
        to: start + 10 * minute,
        manner: 'silent',
      })
    const end = start + 12 * second
    const four = Array.from({ length: 4 })
    await Promise.all([
      ...four.map(() => loop(system, end, 20, () => hostile.rename('again'))),
      ...four.map(() => loop(system, end, 50, () => hostile.say('flood'))),
      loop(system, end, 300, () => other.say('hello')),
      loop(system, end, second, () => other.newChat()),
      loop(system, away ? start + 4 * second : end, 500, () => other.rename('mine')),
    ])
    await newToken(system, 'one more')
    return { hostile: hostile.statuses, other: other.statuses }
  }
  return finish(system, work())
}

test('a tenant that edits its application in loops and floods a chat takes nothing from another', async () => {
  const { hostile, other } = await twoTenants({ away: false })
  expect(Object.keys(other).toSorted()).toEqual(['chat 201', 'message 201', 'rename 200'])
  expect(hostile['rename 200']).toBeGreaterThan(50)
  expect(hostile['message 201']).toBeGreaterThan(200)
})

test('nor while MySQL is away: its edits fill its own HEAD, and new applications are still made', async () => {
  const { other } = await twoTenants({ away: true })
  expect(Object.keys(other).toSorted()).toEqual(['chat 201', 'message 201', 'rename 200'])
})
