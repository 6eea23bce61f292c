import { aboveOf, type History } from '../checks/history.ts'
import type { System } from '../system.ts'
import { type Client, pause, pick } from './acting.ts'
import { edit, postNowhere, remove } from './changing.ts'
import { create, replay, reuse } from './making.ts'
import { list, search, show, someMessage } from './reading.ts'

const minute = 60_000

/**
 * Creates until one is answered. One whose answer was lost may exist all the same; so the next is
 * another one, by another key.
 */
async function insist(
  client: Client,
  made: string[],
  under: string,
  keyOf: (attempt: number) => string | undefined,
): Promise<void> {
  const { system } = client
  const before = made.length
  for (let attempt = 0; made.length === before; attempt++) {
    if (attempt > 0) await pause(system, system.world.random() * 20 * minute)
    await create(client, under, keyOf(attempt))
  }
}

/** What the clients of a schedule begin with: an application or two, a chat or two in each. */
export async function begin(
  system: System,
  history: History,
  busy: boolean,
  refused: number,
): Promise<Client> {
  const { random } = system.world
  const client: Client = { system, history, applications: [], chats: [], keyed: [], refused }
  const many = busy || random() < 0.6 ? 1 : 2
  for (let n = 0; n < many; n++)
    await insist(
      client,
      client.applications,
      '',
      (attempt) => `the key of application ${n}: ${attempt}`,
    )
  for (const application of [...client.applications])
    for (let n = 0; n < (busy ? 1 : 2); n++) {
      const keyed = random() < 0.8
      await insist(client, client.chats, application, (attempt) =>
        keyed ? `chat ${n}: ${attempt}` : undefined,
      )
    }
  return client
}

/** Not the first: something must be left to act on. */
const removable = (random: () => number, names: string[]): string | undefined =>
  names.length > 1 ? pick(random, names.slice(1)) : undefined

/** One step of one client. */
async function act(client: Client, key: string | undefined): Promise<void> {
  const { applications, chats, system } = client
  const { random } = system.world
  const chat = pick(random, chats) ?? ''
  const dice = random()
  if (dice < 0.45) await create(client, chat, key)
  else if (dice < 0.51) await create(client, pick(random, applications) ?? '', key)
  else if (dice < 0.58) await replay(client)
  else if (dice < 0.61) await reuse(client)
  else if (dice < 0.73) await edit(client)
  else if (dice < 0.78) await remove(client, someMessage(client))
  else if (dice < 0.81) await remove(client, removable(random, chats))
  else if (dice < 0.82) await remove(client, removable(random, applications))
  else if (dice < 0.84) await postNowhere(client)
  else if (dice < 0.86) await show(client)
  else if (dice < 0.92) await search(client, chat)
  else await list(client, dice < 0.98 ? chat : random() < 0.7 ? aboveOf(chat) : '')
}

/**
 * Four clients beside each other, some steps each; `name` keeps their keys apart from earlier ones.
 */
export async function runClients(client: Client, busy: boolean, name: string, steps: number) {
  const { system } = client
  const { random } = system.world
  await Promise.all(
    Array.from({ length: 4 }, async (_, n) => {
      for (let i = 0; i < steps; i++) {
        await pause(
          system,
          random() < 0.1 ? random() * 20 * minute : random() * (busy ? 120 : 3000),
        )
        await act(client, random() < 0.6 ? `${name}-${n}-${i}` : undefined)
      }
    }),
  )
}
