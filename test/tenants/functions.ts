import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { routes } from '../../functions/api/routes.ts'
import { dynamodb } from '../../functions/clients/dynamodb.ts'
import { mysql } from '../../functions/clients/mysql.ts'
import { sqs } from '../../functions/clients/sqs.ts'
import { functionEntries, functionOf } from '../../lib/function-entries.ts'
import { context } from '../support/event.ts'
import type { Invoke } from './hostile.ts'

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>

const project = join(import.meta.dirname, '..', '..')
const timeoutMs = 15_000

/** The handlers of all operations, in this process, with its clients of the engines. */
export async function functionsHere(): Promise<Invoke> {
  const handlers = new Map<string, Handler>()
  for (const { name, file } of functionEntries())
    handlers.set(name, (await import(join(project, file))).handler)
  return async ({ operation, event }) => {
    const route = routes.find((each) => each.operation === operation)
    const handler = handlers.get(route ? functionOf(route) : 'no-route')
    if (!handler) throw new Error(`no function of ${operation}`)
    const began = Date.now()
    const getRemainingTimeInMillis = () => timeoutMs - (Date.now() - began)
    return responseOf(await handler(event, { ...context, getRemainingTimeInMillis }))
  }
}

function responseOf({ statusCode, body, isBase64Encoded }: APIGatewayProxyResult) {
  const text = isBase64Encoded ? gunzipSync(Buffer.from(body, 'base64')).toString() : body
  return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) }
}

/** What was asked of the engines: calls of DynamoDB and SQS, and the bytes that all sent back. */
export interface Cost {
  calls: number
  bytes: number
}

/** Counts what this process asks of the engines; one `work` at a time. */
export function counting(): { costOf<T>(work: () => Promise<T>): Promise<[T, Cost]> } {
  const remote: Cost = { calls: 0, bytes: 0 }
  const note = <T extends { response: unknown }>(result: T): T => {
    remote.calls += 1
    remote.bytes += Number(Object(result.response).headers?.['content-length'] ?? 0)
    return result
  }
  const step = { step: 'deserialize', priority: 'low' } as const
  dynamodb().middlewareStack.add((next) => async (args) => note(await next(args)), step)
  sqs().middlewareStack.add((next) => async (args) => note(await next(args)), step)
  const sentByMysql = async () => {
    const [row] = await mysql().query("SHOW SESSION STATUS LIKE 'Bytes_sent'")
    return Number(row?.Value)
  }
  return {
    async costOf(work) {
      const [before, sent] = [{ ...remote }, await sentByMysql()]
      const result = await work()
      const bytes = remote.bytes - before.bytes + (await sentByMysql()) - sent
      return [result, { calls: remote.calls - before.calls, bytes }]
    },
  }
}
