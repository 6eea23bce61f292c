import { deploy, outputsFile } from './endpoint/deploy.ts'
import { eventLine } from './endpoint/event-line.ts'
import { followLogs } from './endpoint/follow-logs.ts'
import { runMigration, runRestoreCounters } from './endpoint/run-migration.ts'
import { startFunction } from './endpoint/start-function.ts'
import { storeAddresses } from './endpoint/store-addresses.ts'
import { startAws } from './engines/aws.ts'
import type { Engine } from './engines/engine.ts'
import { startMySql } from './engines/mysql.ts'
import { writeClientFile } from './engines/mysql-client-file.ts'
import { startOpenSearch } from './engines/opensearch.ts'
import { openToPages, readyMessage } from './front/ready-message.ts'
import { toolLines } from './front/tool-lines.ts'
import { accessFile, accessVariables, writeAccess } from './machine/aws-access.ts'
import { waitUntil } from './machine/wait-until.ts'
import { announceReady } from './ready-file.ts'
import { supervise } from './supervise.ts'

// `npm start`: the engines, the schema, the deploy, the counters, then the API. The supervisor ends
// all of it, whatever happens on the way.
await supervise(async ({ stack, docker, front, watch }) => {
  const { base } = front
  const printEvent = (line: string) => {
    const event = eventLine(line)
    if (event) stack.say(event)
  }
  const started = <E extends Engine>(engine: E): E => {
    stack.say(engine.chosen)
    watch(engine)
    return engine
  }
  const [aws, mysql, search] = await Promise.all([
    startAws(stack, docker, printEvent).then(started),
    startMySql(stack, docker).then(started),
    startOpenSearch(stack, docker).then(started),
  ])
  const stores = { ...mysql.address, OPENSEARCH_URL: search.url }
  await runMigration(stack, stores)
  const { outputs, fresh } = await deploy(stack, aws, storeAddresses(aws, mysql, search))
  if (!fresh) stack.say('the chat stack is deployed already')
  await runRestoreCounters(stack, aws.access, stores, outputs.TableName)

  front.serve({ access: aws.access, restApiId: outputs.RestApiId, stage: outputs.StageName })
  await waitUntil(stack, 'the API', 60, () => isHealthy(base))
  // Their schedules would start them within a minute. Now they send again what was accepted before
  // the last stop, and let searches use the index.
  for (const job of [outputs.FunctionSweep, outputs.FunctionReindex])
    await startFunction(aws.access, job)
  if (!aws.printsOutput) void followLogs(aws.access, stack.signal, printEvent)
  const engines = [aws, mysql, search]
  writeAccess(stack, aws.access)
  announceReady(stack, base, engines, {
    ...accessVariables(aws.access),
    ...stores,
    TABLE_NAME: outputs.TableName,
    QUEUE_URL: outputs.QueueUrl,
    QUARANTINE_URL: outputs.QuarantineUrl,
    CHAT_OUTPUTS: outputsFile(stack),
  })
  const chosen = engines.map((engine) => engine.chosen)
  const tools = toolLines({
    access: aws.access,
    accessFile: accessFile(stack),
    tableName: outputs.TableName,
    mysql: mysql.address,
    ...(mysql.running ? { mysqlFile: writeClientFile(stack, mysql) } : {}),
    openSearchUrl: search.url,
  })
  const key = Boolean(process.env.OPERATOR_KEY_SHA256)
  stack.say(readyMessage(base, chosen, key, tools, openToPages(engines)))
  front.logRequests()
})

/** Throws with what it got instead. */
async function isHealthy(base: string): Promise<boolean> {
  const response = await fetch(`${base}/health`)
  if (response.status === 200) return true
  throw new Error(`GET /health returns ${response.status} ${await response.text()}`)
}
