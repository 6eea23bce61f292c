import { toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { healthResponse } from '../../functions/api/schemas/health.ts'
import { limitsResponse } from '../../functions/api/schemas/limits.ts'
import { pageSchema, searchResponse } from '../../functions/api/schemas/pages.ts'
import { problemSchema } from '../../functions/api/schemas/problem.ts'
import { applicationKind } from '../../functions/kinds/application.ts'
import { chatKind } from '../../functions/kinds/chat.ts'
import { hitResponse } from '../../functions/kinds/hit.ts'
import { messageBatch, messageBatchResponse, messageKind } from '../../functions/kinds/message.ts'

/**
 * The schemas that have a name in the document: those that validate bodies, and those that
 * responses keep to.
 */
const named = {
  Application: applicationKind.response,
  ApplicationCreate: applicationKind.create,
  ApplicationUpdate: applicationKind.update,
  ApplicationPage: pageSchema(applicationKind.response),
  Chat: chatKind.response,
  ChatCreate: chatKind.create,
  ChatUpdate: chatKind.update,
  ChatPage: pageSchema(chatKind.response),
  Message: messageKind.response,
  MessageCreate: messageKind.create,
  MessageBatch: messageBatch,
  MessageUpdate: messageKind.update,
  Messages: messageBatchResponse,
  MessagePage: pageSchema(messageKind.response),
  Hit: hitResponse,
  SearchPage: searchResponse,
  Health: healthResponse,
  Limits: limitsResponse,
  Problem: problemSchema,
} as const
export type SchemaName = keyof typeof named

export const refTo = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` })

type Config = NonNullable<Parameters<typeof toJsonSchema>[1]>
const config: Config = {
  target: 'draft-2020-12',
  // For what JSON Schema has no counterpart of (code points, bytes, checks of our own), v.metadata
  // has the part that it can express.
  errorMode: 'ignore',
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  // A number in a query is sent as text. Readers should see a number, and the pattern is about its
  // text.
  overrideAction: ({ valibotAction, jsonSchema }) =>
    valibotAction.type === 'regex' && jsonSchema.type === 'integer'
      ? { ...jsonSchema, pattern: undefined }
      : undefined,
}

const clean = '^[^\\u0000]*$'
const jsonValue = {
  description: 'Any JSON value without U+0000',
  anyOf: [
    { type: ['null', 'boolean', 'number'] },
    { type: 'string', pattern: clean },
    { type: 'array', items: { $ref: '#/components/schemas/JsonValue' } },
    {
      type: 'object',
      propertyNames: { pattern: clean },
      additionalProperties: { $ref: '#/components/schemas/JsonValue' },
    },
  ],
}

/** `components/schemas`. */
export const schemas = (): Record<string, unknown> => ({
  ...toJsonSchemaDefs(named, config),
  JsonValue: jsonValue,
})

/** The JSON Schema of one query parameter. */
export function parameterSchema(schema: v.GenericSchema): Record<string, unknown> {
  const { $schema: _, default: preset, ...rest } = toJsonSchema(schema, config)
  if (preset === undefined) return rest
  return { ...rest, default: rest.type === 'integer' ? Number(preset) : preset }
}

/** The name of a body's schema. Throws if it has none. */
export function nameOf(schema: v.GenericSchema): SchemaName {
  const found = Object.entries(named).find(([, each]) => each === schema)?.[0]
  if (found !== undefined && found in named) return found as SchemaName
  throw new Error('a schema without a name: add it to bin/openapi/schemas.ts')
}
