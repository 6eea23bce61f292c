import { toJsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema'
import type * as v from 'valibot'
import { dependencyState, healthResponse } from '../../functions/api/schemas/health.ts'
import { limitsResponse } from '../../functions/api/schemas/limits.ts'
import {
  cursorPageLinks,
  pageLinks,
  pageSchema,
  searchPageLinks,
  searchResponse,
} from '../../functions/api/schemas/pages.ts'
import { fieldErrorSchema, problemSchema } from '../../functions/api/schemas/problem.ts'
import { applicationKind } from '../../functions/kinds/application.ts'
import { chatKind } from '../../functions/kinds/chat.ts'
import { highlightSchema, hitResponse } from '../../functions/kinds/hit.ts'
import { messageBatch, messageBatchResponse, messageKind } from '../../functions/kinds/message.ts'
import { nullableMetadata } from '../../functions/kinds/metadata.ts'
import { statusSchema } from '../../functions/kinds/status.ts'
import { opened, tidied } from './json-schema.ts'

/** The schemas that validate bodies. A field that they do not name is refused. */
const requests = {
  ApplicationCreate: applicationKind.create,
  ApplicationUpdate: applicationKind.update,
  ChatCreate: chatKind.create,
  ChatUpdate: chatKind.update,
  MessageCreate: messageKind.create,
  MessageBatch: messageBatch,
  MessageUpdate: messageKind.update,
  Metadata: nullableMetadata,
} as const
/**
 * The schemas that responses keep to. They get new fields with time, so clients must take more than
 * these: in the document they are open. Our tests hold them to the very fields (test/support).
 */
const responses = {
  Application: applicationKind.response,
  ApplicationPage: pageSchema(applicationKind.response, cursorPageLinks),
  Chat: chatKind.response,
  ChatPage: pageSchema(chatKind.response, pageLinks),
  Message: messageKind.response,
  Messages: messageBatchResponse,
  MessagePage: pageSchema(messageKind.response, pageLinks),
  Status: statusSchema,
  PageLinks: pageLinks,
  CursorPageLinks: cursorPageLinks,
  Hit: hitResponse,
  Highlight: highlightSchema,
  SearchPage: searchResponse,
  SearchPageLinks: searchPageLinks,
  Health: healthResponse,
  DependencyState: dependencyState,
  Limits: limitsResponse,
  Problem: problemSchema,
  FieldError: fieldErrorSchema,
} as const
/** The schemas that have a name in the document. */
const named = { ...requests, ...responses }
export type SchemaName = keyof typeof named

const descriptions: Partial<Record<SchemaName, string>> = {
  Application: 'What holds chats, behind a token of its own.',
  ApplicationPage: 'A page of applications.',
  ApplicationCreate: 'An application to create, or to put in the place of one.',
  ApplicationUpdate: 'The fields of an application to change, at least one.',
  Chat: 'A chat of an application.',
  ChatPage: 'A page of chats.',
  ChatCreate: 'A chat to create.',
  ChatUpdate: 'The fields of a chat to change, at least one; null clears one.',
  Message: 'A message of a chat.',
  MessagePage: 'A page of messages.',
  MessageCreate: 'A message to create, or to put in the place of one.',
  MessageBatch: 'Messages to create in one request, all or none.',
  MessageUpdate: 'The fields of a message to change, at least one; null clears one.',
  Messages: 'The messages that a batch has created.',
  PageLinks: 'The way on and back in a list by number.',
  CursorPageLinks: 'The way on and back in a list by opaque cursors.',
  SearchPageLinks: 'The way on in the results of a search, and how many there are.',
  Hit: 'A message that a search found, with where the term stands in its body.',
  Highlight: 'Where in a body a term stands.',
  SearchPage: 'A page of what a search found.',
  Health: 'Whether creates can be accepted.',
  Limits: 'The limits that are in force.',
  Problem: 'What went wrong (RFC 9457).',
  FieldError: 'What is wrong with one field or parameter.',
}

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

/** `components/schemas`. */
export const schemas = (): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(toJsonSchemaDefs(named, config)).map(([name, schema]) => {
      const description = Object.entries(descriptions).find(([each]) => each === name)?.[1]
      const described = { ...tidied(schema), ...(description ? { description } : {}) }
      return [name, name in requests ? described : opened(described)]
    }),
  )

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
