import {
  aboveOf,
  acknowledge,
  checkMatched,
  checkNotGone,
  depthOf,
  nameIn,
} from '../checks/history.ts'
import { ask, type Client, kindOf, newWrite, pause, pick } from './acting.ts'
import { post } from './making.ts'
import { list, lookAgain, someThing } from './reading.ts'

/** The rev in an entity tag, which is all that If-Match compares. */
const revIn = (etag: unknown): number => Number(/^"(\d+)-/.exec(String(etag))?.[1])

/**
 * PATCH or PUT; now and then only if it is still what was read, and in every second of these it is
 * no longer.
 */
export async function edit(client: Client): Promise<void> {
  const { random } = client.system.world
  const name = someThing(client)
  if (name === undefined) return
  if (random() < 0.75) return editOnce(client, name)
  const read = await ask(client, 'show', name, { method: 'GET' }, [200, 404, 503])
  if (read?.status !== 200) return
  if (random() < 0.5) await editOnce(client, name)
  else await pause(client.system, random() * 500)
  await editOnce(client, name, String(read.headers?.ETag))
}

async function editOnce(client: Client, name: string, etag?: string): Promise<void> {
  const { system, history } = client
  const write = newWrite(client, 'edit', aboveOf(name), name)
  const asked = {
    method: system.world.random() < 0.5 ? ('PATCH' as const) : ('PUT' as const),
    body: { [kindOf(name).field]: write.text },
    headers: etag === undefined ? {} : { 'if-match': etag },
  }
  const seen = await ask(client, 'update', name, asked, [
    200,
    503,
    ...(etag === undefined ? [] : [412]),
  ])
  const matching = etag === undefined ? '' : ` if it matches ${etag}`
  system.world.note(`${asked.method} ${name} "${write.text}"${matching}: ${seen?.status}`)
  if (seen?.status !== 200) return
  checkNotGone(history, name, write.startedAt, `is edited to "${write.text}"`)
  if (etag !== undefined) checkMatched(history, write, revIn(etag))
  acknowledge(history, write, name, system.world.now)
  await lookAgain(client, name)
}

/**
 * P10: a message, or a chat or an application with all that is in it, asked for until it is
 * answered; now and then once more. From then on it takes nothing.
 */
export async function remove(client: Client, name: string | undefined): Promise<void> {
  const { system, history } = client
  if (name === undefined) return
  forget(client, name)
  const write = newWrite(client, 'delete', aboveOf(name), name)
  for (let attempt = 0; attempt < 3; attempt++) {
    const seen = await ask(client, 'remove', name, { method: 'DELETE' }, [204, 503])
    if (seen?.status === 404) return
    if (seen?.status === 204) {
      acknowledge(history, write, name, system.world.now)
      await lookBehind(client, name)
      if (system.world.random() < 0.7) return
    }
    await pause(system, system.world.random() * 4000)
  }
}

/** Nobody acts in it of their own accord any more. */
function forget({ applications, chats }: Client, name: string): void {
  for (const names of [applications, chats]) {
    const left = names.filter((one) => !`${one}/`.startsWith(`${name}/`))
    names.splice(0, names.length, ...left)
  }
}

/** What is deleted is not read; nothing is made in it. */
async function lookBehind(client: Client, name: string): Promise<void> {
  if (depthOf(name) === 3) return lookAgain(client, name)
  const write = newWrite(client, 'create', name)
  const late = await post(client, [write], undefined)
  if (late?.status === 201)
    client.history.violations.push(`${name}: takes "${write.text}" after its delete`)
  await list(client, name)
}

/** A number that was never given out is nobody's, whatever waits beside it. */
export async function postNowhere(client: Client): Promise<void> {
  const { random } = client.system.world
  const chat = nameIn(pick(random, client.applications) ?? '', 40 + Math.floor(random() * 60))
  await ask(client, 'create', chat, { body: { body: 'nowhere' } }, [404, 503])
}
