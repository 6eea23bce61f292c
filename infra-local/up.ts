import { renameSync, writeFileSync } from 'node:fs'
import { deploy, outputsFile } from './endpoint/deploy.ts'
import { startFunction } from './endpoint/endpoint-state.ts'
import { eventLine, followEvents } from './endpoint/function-logs.ts'
import { runMigration, runRestoreCounters } from './endpoint/run-migration.ts'
import { storesFor } from './endpoint/store-addresses.ts'
import { startAws } from './engines/aws.ts'
import type { Engine } from './engines/engine.ts'
import { startMySql } from './engines/mysql.ts'
import { startOpenSearch } from './engines/opensearch.ts'
import type { Front } from './front/front.ts'
import { readyBlock } from './front/ready-message.ts'
import { readyFile, type Stack } from './machine/stack.ts'
import { waitUntil } from './machine/wait.ts'
import { supervise } from './supervise.ts'

// `npm start`: this story, told under a supervisor that ends all of it, whatever happens on the
// way.
await supervise(async ({ stack, docker, base, front, watch }) => {
  const tell = (line: string) => {
    const event = eventLine(line)
    if (event) stack.say(event)
  }
  const started = <E extends Engine>(engine: E): E => {
    stack.say(engine.chosen)
    watch(engine)
    return engine
  }
  const [aws, mysql, search] = await Promise.all([
    startAws(stack, docker, tell).then(started),
    startMySql(stack, docker).then(started),
    startOpenSearch(stack, docker).then(started),
  ])
  const stores = { ...mysql.address, OPENSEARCH_URL: search.url }
  await runMigration(stack, stores)
  const { outputs, fresh } = await deploy(stack, aws, storesFor(aws, mysql, search))
  if (!fresh) stack.say('the chat stack is deployed already')
  await runRestoreCounters(stack, aws.endpoint, stores, outputs.TableName)

  front.serve({ endpoint: aws.endpoint, restApiId: outputs.RestApiId, stage: outputs.StageName })
  await waitUntil(stack, 'the API', 60, () => isHealthy(base))
  // What their schedules do in a minute: send again what was accepted before the stop, let searches
  // use the index.
  for (const job of [outputs.FunctionSweep, outputs.FunctionReindex])
    await startFunction(aws.endpoint, job)
  if (!aws.tellsOutput) void followEvents(aws.endpoint, stack.signal, tell)
  announce(stack, front, base, [aws, mysql, search], {
    AWS_ENDPOINT_URL: aws.endpoint,
    ...stores,
    TABLE_NAME: outputs.TableName,
    QUEUE_URL: outputs.QueueUrl,
    QUARANTINE_URL: outputs.QuarantineUrl,
    CHAT_OUTPUTS: outputsFile(stack),
  })
})

/** Throws what it answers instead. */
async function isHealthy(base: string): Promise<boolean> {
  const answer = await fetch(`${base}/health`)
  if (answer.status === 200) return true
  throw new Error(`GET /health answers ${answer.status} ${await answer.text()}`)
}

function announce(
  stack: Stack,
  front: Front,
  base: string,
  engines: Engine[],
  env: Record<string, string>,
) {
  const pids = engines.flatMap(({ running }) => (running ? [[running.name, running.pid]] : []))
  const ready = {
    baseUrl: base,
    pid: process.pid,
    engines: Object.fromEntries(pids),
    env,
  }
  // By a rename: who waits for the file never reads half of it.
  writeFileSync(`${readyFile(stack)}.half`, JSON.stringify(ready))
  renameSync(`${readyFile(stack)}.half`, readyFile(stack))
  const chosen = engines.map((engine) => engine.chosen)
  stack.say(readyBlock(base, chosen, Boolean(process.env.OPERATOR_KEY_SHA256)))
  front.logRequests()
}
