import type { Route } from '../../functions/api/routes.ts'
import type { SchemaName } from './schemas.ts'

/** What the route table does not say of an operation. */
export interface Described {
  tag: 'Applications' | 'Chats' | 'Messages' | 'System'
  summary: string
  description: string
  /** What PUT does, where the table has it besides PATCH. */
  replaced?: string
  status: 200 | 201 | 204
  /** The response: a schema, or a media type where it is not JSON. */
  response?: SchemaName | { type: string }
}

const end =
  'At the end `page.next` and its cursor are null; to look for what came later, ask again with `after` set to the number of the last item.'
const list = `In the order of the numbers. What is on its way is in it, straight after its 201. ${end}`
const edit =
  'Changes the fields it names, null clears one, and returns the whole. `If-Match` refuses to overwrite what you have not seen.'
const replaced =
  'Puts this in its place: what is left out is cleared. Returns the whole. `If-Match` refuses to overwrite what you have not seen.'
const shown =
  'Straight after its 201, too. `If-None-Match` with its ETag is 304 while nothing has changed.'
const tombstone =
  'Leaves a tombstone: the number is not given out again. Repeating it is 204 again; what is below is gone at once.'

/** The routes that the document has. */
export type Documented = Exclude<Route, { undocumented: true }>

export const operations: Record<Documented['operation'], Described> = {
  'create-application': {
    tag: 'Applications',
    summary: 'Create an application',
    description:
      'Answers its token, which is all that its holder needs. Chats can be created straight after. Where no operator key is configured, an Idempotency-Key has at least 22 characters here: whoever guesses it gets the token.',
    status: 201,
    response: 'Application',
  },
  'list-applications': {
    tag: 'Applications',
    summary: 'List applications',
    description:
      'In the order of their making; `after` and `before` are cursors from `page`. At the end `page.next` and its cursor are null.',
    status: 200,
    response: 'ApplicationPage',
  },
  'show-application': {
    tag: 'Applications',
    summary: 'Show an application',
    description: shown,
    status: 200,
    response: 'Application',
  },
  'update-application': {
    tag: 'Applications',
    summary: 'Change an application',
    description: edit,
    replaced,
    status: 200,
    response: 'Application',
  },
  'delete-application': {
    tag: 'Applications',
    summary: 'Delete an application',
    description: tombstone,
    status: 204,
  },
  'create-chat': {
    tag: 'Chats',
    summary: 'Create a chat',
    description:
      'Numbered from 1 in its application. Messages can be sent straight after. The body may be absent.',
    status: 201,
    response: 'Chat',
  },
  'list-chats': {
    tag: 'Chats',
    summary: 'List chats',
    description: list,
    status: 200,
    response: 'ChatPage',
  },
  'show-chat': {
    tag: 'Chats',
    summary: 'Show a chat',
    description: shown,
    status: 200,
    response: 'Chat',
  },
  'update-chat': {
    tag: 'Chats',
    summary: 'Change a chat',
    description: edit,
    replaced,
    status: 200,
    response: 'Chat',
  },
  'delete-chat': { tag: 'Chats', summary: 'Delete a chat', description: tombstone, status: 204 },
  'create-message': {
    tag: 'Messages',
    summary: 'Create a message',
    description: 'Numbered from 1 in its chat, and there to be read straight after.',
    status: 201,
    response: 'Message',
  },
  'create-messages': {
    tag: 'Messages',
    summary: 'Create a batch of messages',
    description:
      'Up to 100 messages in one request. They get consecutive numbers in their order, are accepted whole or not at all, and come back as `data`. `Location` lists just these. An `Idempotency-Key` repeats the batch whole.',
    status: 201,
    response: 'Messages',
  },
  'list-messages': {
    tag: 'Messages',
    summary: 'List messages',
    description: `${list} \`around\` puts its number in the middle of the page and goes without \`after\` and \`before\`.`,
    status: 200,
    response: 'MessagePage',
  },
  'search-messages': {
    tag: 'Messages',
    summary: 'Search the messages of a chat',
    description:
      'Finds any piece of text in any script, punctuation included, whatever the case; `mode=words` wants all words in any order. `from` (inclusive) and `to` (exclusive) are about `created_at`. `page.after` leads on; at the end it is null.',
    status: 200,
    response: 'SearchPage',
  },
  'show-message': {
    tag: 'Messages',
    summary: 'Show a message',
    description: shown,
    status: 200,
    response: 'Message',
  },
  'update-message': {
    tag: 'Messages',
    summary: 'Change a message',
    description: edit,
    replaced,
    status: 200,
    response: 'Message',
  },
  'delete-message': {
    tag: 'Messages',
    summary: 'Delete a message',
    description: tombstone,
    status: 204,
  },
  'show-health': {
    tag: 'System',
    summary: 'Whether creates can be accepted',
    description:
      '200 as soon as and as long as creates can be accepted, else 503. `deep=1` adds the state of each dependency.',
    status: 200,
    response: 'Health',
  },
  'show-limits': {
    tag: 'System',
    summary: 'The limits of this API',
    description: 'Those that are in force; a deploy can set most of them.',
    status: 200,
    response: 'Limits',
  },
  'show-openapi': {
    tag: 'System',
    summary: 'This document',
    description: 'The API in OpenAPI 3.1.',
    status: 200,
    response: { type: 'application/json' },
  },
  'show-docs': {
    tag: 'System',
    summary: 'The reference to read',
    description: 'A page that shows this document and tries it out.',
    status: 200,
    response: { type: 'text/html' },
  },
  'show-problems': {
    tag: 'System',
    summary: 'What the types of problems mean',
    description: 'The page that the `type` of every problem leads to.',
    status: 200,
    response: { type: 'text/html' },
  },
}
