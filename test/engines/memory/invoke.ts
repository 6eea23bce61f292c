import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { context } from '../../support/event.ts'
import { events } from './events.ts'
import type { Job, Told } from './measure.ts'

/**
 * The process that measure.ts starts. It runs a bundle as Lambda does: one event after the other,
 * with the time that the function has when deployed. Persist goes on until its parent says that
 * nothing more will be queued, and the queue is empty.
 */
const dist = join(import.meta.dirname, '..', '..', '..', 'dist')
const load = createRequire(import.meta.url)
const tell = (told: Told) => process.send?.(told)

/** Bytes that are reachable: the heap, and the buffers outside of it. */
async function collectedBytes(): Promise<number> {
  // What a turn of the event loop lets go, such as a closed socket, only the next collection frees.
  for (let n = 0; n < 3; n++) {
    await turn()
    globalThis.gc?.()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** What a run returned: an HTTP response, or the failed messages of a batch, or a job's counts. */
function toldOf(result: unknown): Told {
  const { statusCode = 200, body = '', isBase64Encoded, batchItemFailures = [] } = Object(result)
  const status = batchItemFailures.length > 0 ? 500 : Number(statusCode)
  if (status !== 201 || isBase64Encoded) return { status, token: undefined }
  return { status, token: JSON.parse(body).token }
}

async function run({ name, timeoutMs, marks, world }: Job): Promise<void> {
  const { handler } = load(join(dist, name, 'index.js'))
  const next = events[name]?.(world)
  if (!next) throw new Error(`no events for ${name}`)
  let more = name === 'persist'
  process.once('message', () => {
    more = false
  })
  for (let i = 0; i < world.runs || name === 'persist'; ) {
    const event = await next(i)
    if (event === undefined && !more) return
    if (event === undefined) continue
    const began = Date.now()
    const getRemainingTimeInMillis = () => timeoutMs - (Date.now() - began)
    tell(toldOf(await handler(event, { ...context, getRemainingTimeInMillis })))
    i += 1
    if (marks.includes(i)) tell({ mark: i, bytes: await collectedBytes() })
  }
}

const [job]: Job[] = await once(process, 'message')
if (!job) throw new Error('no job')
await run(job)
process.exit()
