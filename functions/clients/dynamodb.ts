import { setTimeout as pause } from 'node:timers/promises'
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type {
  Attribute,
  Delete,
  Item,
  Key,
  Put,
  Query,
  Table,
  Update,
  Written,
} from '../protocol/ports/table.ts'
import { names } from '../protocol/table/names.ts'
import { env } from './env.ts'

export type Native = Record<string, AttributeValue>

const toNative = (item: Record<string, unknown>): Native => marshall(item)

/**
 * An item in plain values. Ours have no sets and no binary, and all their numbers are safe
 * integers.
 */
export const plain = (item: Native): Item => unmarshall(item) as Item
const marshallValues = (values: Record<string, Attribute> | undefined) =>
  values ? { ExpressionAttributeValues: toNative(values) } : {}

/** To the protocol a failed condition is a result, not an error. */
async function written(write: Promise<{ Attributes?: Native | undefined }>): Promise<Written> {
  try {
    const { Attributes } = await write
    return { done: true, item: Attributes && plain(Attributes) }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return { done: false, item: error.Item && plain(error.Item) }
  }
}

/** Of a call of the SDK. */
interface Options {
  abortSignal?: AbortSignal
}

const old = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const
/** What all conditional writes have in common. */
const conditional = (TableName: string, input: Put | Update | Delete) => ({
  TableName,
  ...(input.ConditionExpression ? { ConditionExpression: input.ConditionExpression } : {}),
  ...(input.ExpressionAttributeNames
    ? { ExpressionAttributeNames: input.ExpressionAttributeNames }
    : {}),
  ...marshallValues(input.ExpressionAttributeValues),
})

/**
 * Named like the SDK's error of a single read that was throttled. Of a batch it throws none: the
 * response only leaves keys unprocessed.
 */
class Throttled extends Error {
  override name = 'ProvisionedThroughputExceededException'
}

/**
 * How often a batch that was throttled is asked again, after 25 ms at first and twice as long each
 * further time (times 0.5 to 1.5, by chance).
 */
const pauses = 5
const pauseMs = (nth: number): number => 25 * 2 ** nth * (0.5 + Math.random())

/** By which DynamoDB returns these attributes only. */
const projectionOf = (attributes: string[]) => ({
  ProjectionExpression: attributes.map((attribute) => `#${attribute}`).join(', '),
  ExpressionAttributeNames: names(...attributes),
})

/**
 * BatchGetItem takes 100 keys. It leaves some for the next call when it is throttled, or when the
 * items are more than 16 MB.
 */
async function batchGet(
  client: DynamoDBClient,
  TableName: string,
  keys: Key[],
  attributes: string[] | undefined,
  options: Options,
): Promise<(Item | undefined)[]> {
  const projection = attributes ? projectionOf(['pk', 'sk', ...attributes]) : {}
  const nameOf = (key: Item | Key) => JSON.stringify([key.pk, key.sk])
  const waiting = new Map(keys.map((key) => [nameOf(key), key]))
  const found = new Map<string, Item>()
  for (let throttled = 0; waiting.size > 0; ) {
    const asked = [...waiting.values()].slice(0, 100)
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [TableName]: {
            Keys: asked.map((key) => toNative({ ...key })),
            ConsistentRead: true,
            ...projection,
          },
        },
      }),
      options,
    )
    const left = new Set(
      (UnprocessedKeys?.[TableName]?.Keys ?? []).map((key) => nameOf(plain(key))),
    )
    for (const key of asked) if (!left.has(nameOf(key))) waiting.delete(nameOf(key))
    for (const item of Responses?.[TableName] ?? []) {
      const read = plain(item)
      found.set(nameOf(read), read)
    }
    if (left.size < asked.length) throttled = 0
    else if (throttled === pauses)
      throw new Throttled('a batch of reads was throttled again and again')
    else await pause(pauseMs(throttled++))
  }
  return keys.map((key) => found.get(nameOf(key)))
}

async function query(client: DynamoDBClient, TableName: string, input: Query, options: Options) {
  const { ExclusiveStartKey, ExpressionAttributeValues, ...rest } = input
  const { Items, LastEvaluatedKey } = await client.send(
    new QueryCommand({
      ...rest,
      TableName,
      // An index of DynamoDB cannot be read strongly; everything else here must be.
      ConsistentRead: input.IndexName === undefined,
      ...marshallValues(ExpressionAttributeValues),
      ...(ExclusiveStartKey ? { ExclusiveStartKey: toNative(ExclusiveStartKey) } : {}),
    }),
    options,
  )
  return { items: (Items ?? []).map(plain), next: LastEvaluatedKey && plain(LastEvaluatedKey) }
}

async function transact(
  client: DynamoDBClient,
  table: string,
  inputs: (Put | Update | Delete)[],
  options: Options,
): Promise<boolean> {
  const items = inputs.map((input) => {
    const common = conditional(table, input)
    if ('Item' in input) return { Put: { ...common, Item: toNative(input.Item) } }
    const Key = toNative({ ...input.Key })
    if (!('UpdateExpression' in input)) return { Delete: { ...common, Key } }
    return { Update: { ...common, Key, UpdateExpression: input.UpdateExpression } }
  })
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: items }), options)
    return true
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error
    // Cancelled for another reason than a condition, such as a conflict or throttling: that is an
    // error like any other.
    if (!error.CancellationReasons?.some((reason) => reason.Code === 'ConditionalCheckFailed'))
      throw error
    return false
  }
}

/**
 * The table port over a DynamoDB client. Once `signal` is aborted every call rejects: a new one is
 * not sent, and one on its way is given up and not repeated.
 */
export function tableOf(client: DynamoDBClient, TableName: string, signal?: AbortSignal): Table {
  const options: Options = signal ? { abortSignal: signal } : {}
  return {
    get: async (key) => {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: toNative({ ...key }), ConsistentRead: true }),
        options,
      )
      return Item && plain(Item)
    },
    batchGet: (keys, attributes) => batchGet(client, TableName, keys, attributes, options),
    put: (input) => {
      const Item = toNative(input.Item)
      return written(
        client.send(
          new PutItemCommand({ ...conditional(TableName, input), Item, ...old }),
          options,
        ),
      )
    },
    update: (input) => {
      const { UpdateExpression } = input
      const command = {
        ...conditional(TableName, input),
        Key: toNative({ ...input.Key }),
        UpdateExpression,
        ...old,
      }
      return written(
        client.send(new UpdateItemCommand({ ...command, ReturnValues: 'ALL_NEW' }), options),
      )
    },
    delete: (input) => {
      const Key = toNative({ ...input.Key })
      return written(
        client.send(
          new DeleteItemCommand({ ...conditional(TableName, input), Key, ...old }),
          options,
        ),
      )
    },
    query: (input) => query(client, TableName, input, options),
    transact: (inputs) => transact(client, TableName, inputs, options),
  }
}

/**
 * Without throwOnRequestTimeout the SDK only warns, and a request whose packets are dropped holds
 * its function until that is killed.
 */
const timeouts = { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true }

let client: DynamoDBClient | undefined
/**
 * One client, made on first use. A call gives up after 2 s and is repeated twice, for all of our
 * calls are idempotent.
 */
export function dynamodb(): DynamoDBClient {
  client ??= new DynamoDBClient({ maxAttempts: 3, requestHandler: timeouts })
  return client
}

let made: Table | undefined
/** The function's table, made on first use. */
export function table(): Table {
  made ??= tableOf(dynamodb(), env('TABLE_NAME'))
  return made
}

/**
 * The function's table for one request, which `signal` ends. A run that is given up is frozen with
 * its instance and may go on much later. It must not reserve then: the sweep has given up its
 * request meanwhile (docs/protocol.md#an-unreserved-request-is-given-up-after-20-minutes).
 */
export const tableUntil = (signal: AbortSignal): Table =>
  tableOf(dynamodb(), env('TABLE_NAME'), signal)
