import { representLimits } from '../../functions/api/schemas/limits.ts'

/**
 * What the document shows as examples. test/e2e/openapi.test.ts sends each request and compares the
 * responses.
 */
const times = { created_at: '2026-11-25T12:34:56.789Z', updated_at: '2026-11-25T12:34:56.789Z' }
const accepted = { status: 'accepted', ...times }
const stored = { status: 'stored', ...times }
const message = { number: 1, body: 'Hello, world', sender: 'ann', metadata: { lang: 'en' } }

export const parameters = {
  token: 'q3mVYk8rC1wJ0Zt7uXoLhN5aPdE2sGbR',
  chat: 1,
  message: 1,
} as const

export interface Example {
  query?: Record<string, string | number>
  request?: unknown
  response?: unknown
}
type Examples = Record<string, Example>

const application = { token: parameters.token, name: 'Demo', chats_count: 0 }
const chat = { number: 1, title: 'First', metadata: { topic: 'greetings' }, messages_count: 0 }
const nothingMore = { next: null, prev: null, after: null, before: null }

/** By `METHOD operation`; readers see the names. */
export const examples: Record<string, Examples> = {
  'POST create-application': {
    application: { request: { name: 'Demo' }, response: { ...application, ...accepted } },
  },
  'GET list-applications': {
    first: {
      query: { limit: 1 },
      response: { data: [{ ...application, ...stored }], page: nothingMore },
    },
  },
  'GET show-application': { application: { response: { ...application, ...stored } } },
  'PATCH update-application': {
    name: {
      request: { name: 'Renamed' },
      response: { ...application, name: 'Renamed', ...accepted },
    },
  },
  'PUT update-application': {
    name: { request: { name: 'Demo' }, response: { ...application, ...accepted } },
  },
  'POST create-chat': {
    chat: {
      request: { title: 'First', metadata: { topic: 'greetings' } },
      response: { ...chat, ...accepted },
    },
  },
  'GET list-chats': {
    newest: {
      query: { order: 'desc' },
      response: { data: [{ ...chat, ...stored }], page: nothingMore },
    },
  },
  'GET show-chat': { chat: { response: { ...chat, ...stored } } },
  'PATCH update-chat': {
    title: { request: { title: 'Hall' }, response: { ...chat, title: 'Hall', ...accepted } },
    cleared: {
      request: { title: null, metadata: null },
      response: { ...chat, title: null, metadata: null, ...accepted },
    },
  },
  'PUT update-chat': {
    whole: {
      request: { title: 'First', metadata: { topic: 'greetings' } },
      response: { ...chat, ...accepted },
    },
  },
  'POST create-message': {
    one: {
      request: { body: message.body, sender: message.sender, metadata: message.metadata },
      response: { ...message, ...accepted },
    },
  },
  'POST create-messages': {
    batch: {
      request: { messages: [{ body: 'One' }, { body: 'Two', sender: 'bob' }] },
      response: {
        data: [
          { number: 2, body: 'One', sender: null, metadata: null, ...accepted },
          { number: 3, body: 'Two', sender: 'bob', metadata: null, ...accepted },
        ],
      },
    },
  },
  'GET list-messages': {
    first: {
      query: { limit: 1 },
      response: {
        data: [{ ...message, ...stored }],
        page: { next: '?after=1&limit=1', prev: null, after: 1, before: null },
      },
    },
  },
  'GET search-messages': {
    piece: {
      query: { q: 'llo' },
      response: {
        data: [
          {
            ...message,
            ...stored,
            highlights: [{ start: 2, end: 5 }],
            highlights_truncated: false,
          },
        ],
        page: { ...nothingMore, total: 1 },
        engine: 'opensearch',
      },
    },
    words: {
      query: { q: 'world hello', mode: 'words', sender: 'ann', order: 'best' },
      response: {
        data: [
          {
            ...message,
            ...stored,
            highlights: [
              { start: 0, end: 5 },
              { start: 7, end: 12 },
            ],
            highlights_truncated: false,
          },
        ],
        page: { ...nothingMore, total: 1 },
        engine: 'opensearch',
      },
    },
  },
  'GET show-message': { message: { response: { ...message, ...stored } } },
  'PATCH update-message': {
    body: {
      request: { body: 'Hello, all' },
      response: { ...message, body: 'Hello, all', ...accepted },
    },
  },
  'PUT update-message': {
    whole: {
      request: { body: 'Hello, world', sender: 'ann', metadata: { lang: 'en' } },
      response: { ...message, ...accepted },
    },
  },
  'GET show-health': {
    shallow: { response: { status: 'ok' } },
    deep: {
      query: { deep: '1' },
      response: {
        status: 'ok',
        dependencies: { dynamodb: 'up', sqs: 'up', mysql: 'up', opensearch: 'up' },
      },
    },
  },
  'GET show-limits': { usual: { response: representLimits() } },
}
