import { enginePort } from '../machine/free-ports.ts'
import { root } from '../machine/plain-root.mjs'
import type { Stack } from '../machine/stack.ts'
import { waitUntil } from '../machine/wait-until.ts'
import { startService } from './docker.ts'
import { type Engine, unlessItEnds } from './engine.ts'
import { findJava } from './java.ts'
import { fetchLibraries, ignoreDiskSpace, startNativeOpenSearch } from './opensearch-native.ts'

export interface OpenSearch extends Engine {
  /** As this machine reaches it. Empty: there is none, and MySQL searches. */
  url: string
  /** As a container of compose.yaml reaches it, where that is another address. */
  inCompose?: string
}

/**
 * OpenSearch: the one of OPENSEARCH_URL, else Docker, else a native one, else none, for MySQL
 * searches without it. Throws CannotStart only where the one of OPENSEARCH_URL, which the person
 * wants, does not respond.
 */
export async function startOpenSearch(stack: Stack, docker: boolean): Promise<OpenSearch> {
  const given = process.env.OPENSEARCH_URL
  if (given) return existing(stack, given)
  return unlessItFails(stack, docker ? inDocker(stack) : native(stack))
}

/** None where it fails, with the reason; what has started is stopped. Throws the abort reason. */
async function unlessItFails(stack: Stack, starting: Promise<OpenSearch>): Promise<OpenSearch> {
  try {
    return await starting
  } catch (error) {
    stack.signal.throwIfAborted()
    const started = [...stack.running].filter(({ name }) => name === 'opensearch')
    await Promise.all(started.map((running) => running.stop(5_000)))
    return none(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error))
  }
}

const without = 'MySQL searches until the next start'

async function existing(stack: Stack, url: string): Promise<OpenSearch> {
  await untilHealthy(stack, url)
  const chosen = `OpenSearch of OPENSEARCH_URL, ${url}`
  return { name: 'OpenSearch', chosen, running: undefined, url }
}

async function inDocker(stack: Stack): Promise<OpenSearch> {
  const port = await enginePort(stack, 'opensearch')
  const url = `http://127.0.0.1:${port}`
  const running = await startService(stack, 'opensearch', { OPENSEARCH_PORT: String(port) })
  await unlessItEnds(stack, 'opensearch', running, untilHealthy(stack, url))
  const chosen = `OpenSearch 3.8 in Docker, port ${port}`
  return { name: 'OpenSearch', chosen, running, url, without, inCompose: 'http://opensearch:9200' }
}

async function native(stack: Stack): Promise<OpenSearch> {
  const java = findJava()
  if (!java) return none('there is no JDK of version 21 or newer (Debian: openjdk-21-jdk)')
  if (`${root}/`.includes('!/')) return none(`Java loads nothing from below a folder like ${root}`)
  const port = await enginePort(stack, 'opensearch')
  const url = `http://127.0.0.1:${port}`
  const classPath = await fetchLibraries(stack, java)
  const running = await startNativeOpenSearch(stack, java, classPath, port)
  await unlessItEnds(stack, 'opensearch', running, untilHealthy(stack, url))
  await ignoreDiskSpace(url)
  const chosen = `OpenSearch 3.8, from Maven, port ${port}`
  return { name: 'OpenSearch', chosen, running, url, without }
}

const none = (why: string): OpenSearch => ({
  name: 'OpenSearch',
  chosen: `no OpenSearch, MySQL searches instead: ${why}`,
  running: undefined,
  url: '',
})

/** Waits for its indexes too, not only for its port: straight after the start they return 503. */
function untilHealthy(stack: Stack, url: string): Promise<void> {
  return waitUntil(stack, 'OpenSearch', 120, async () => {
    const health = `${url.replace(/\/$/, '')}/_cluster/health?wait_for_status=yellow&timeout=5s`
    return (await fetch(health, { signal: AbortSignal.timeout(8_000) })).ok
  })
}
