import { idempotencyKeyPattern } from '../../functions/api/schemas/queries.ts'
import { limits } from '../../functions/limits/limits.ts'
import { parameters as example } from './examples.ts'

/**
 * Viewers fill a form with a parameter's `example`, and with the one of its schema no viewer does:
 * so what only the reader can know, and what may be left out, has its example in the schema. A
 * filter or a condition that stands in the form already would find nothing, or refuse.
 */
const inPath = (name: string, schema: object, description: string, more: object = {}) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema,
  ...more,
})
const inHeader = (name: string, description: string, schema: object) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
})
const number = {
  type: 'integer',
  format: 'int64',
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
}
const keyOf = (least: number) => ({
  type: 'string',
  pattern: idempotencyKeyPattern(least),
  examples: ['6f1c1b0e-2d0b-4f0e-8f0a-9a4c0c7d9e11'],
})
const etag = '"3-stored-0"'

/** `components/parameters`. None is called like a schema: some files know no case. */
export const parameters = {
  ApplicationToken: inPath(
    'token',
    { type: 'string', minLength: 1, examples: [example.token] },
    'The token that the application was created with.',
  ),
  ChatNumber: inPath('chat', number, "The chat's number in its application.", {
    example: example.chat,
  }),
  MessageNumber: inPath('message', number, "The message's number in its chat.", {
    example: example.message,
  }),
  IdempotencyKey: inHeader(
    'Idempotency-Key',
    `Makes the create repeatable for ${limits.idempotencyHours} h: the same response, nothing new. Quoted or bare (IETF draft). Another payload with it is 422.`,
    keyOf(1),
  ),
  ApplicationIdempotencyKey: inHeader(
    'Idempotency-Key',
    `Makes the create repeatable for ${limits.idempotencyHours} h. Of at least 22 random characters: whoever guesses it where no operator key is configured gets the token.`,
    keyOf(22),
  ),
  IfMatch: inHeader(
    'If-Match',
    'An ETag: the change is refused (412) if the resource has changed since.',
    {
      type: 'string',
      pattern: '^([*]|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$',
      examples: [etag],
    },
  ),
  IfNoneMatch: inHeader(
    'If-None-Match',
    'An ETag: the response is 304 without a body if it is still that.',
    { type: 'string', examples: [etag] },
  ),
}
export type ParameterName = keyof typeof parameters

/** The parameters in the path of a route by their names there. */
const ofPath: Record<string, ParameterName> = {
  token: 'ApplicationToken',
  chat: 'ChatNumber',
  message: 'MessageNumber',
}

export const parameterRef = (name: ParameterName) => ({ $ref: `#/components/parameters/${name}` })

/** References to the parameters of a path. Throws on one that is unknown. */
export const pathParameters = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    const found = ofPath[name]
    if (!found) throw new Error(`${path}: add {${name}} to bin/openapi/parameters.ts`)
    return parameterRef(found)
  })
