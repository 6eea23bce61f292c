import { applicationKind } from '../kinds/application.ts'
import { chatKind } from '../kinds/chat.ts'
import { messageBatch, messageCreates, messageKind } from '../kinds/message.ts'
import {
  applicationsQuery,
  healthQuery,
  listQuery,
  noQuery,
  searchQuery,
} from './schemas/queries.ts'

/**
 * THE table of the API: the CDK app makes its resources and functions from it, the endpoint
 * validates by it, tests walk it. One operation is one file `functions/<stage>/<operation>.ts` and
 * one function in the template; only those of `docs` are one function together
 * (functions/docs/handler.ts).
 */
const applications = '/applications'
const application = '/applications/{token}'
const chats = '/applications/{token}/chats'
const chat = '/applications/{token}/chats/{chat}'
const messages = '/applications/{token}/chats/{chat}/messages'
const message = '/applications/{token}/chats/{chat}/messages/{message}'

export const routes = [
  {
    method: 'POST',
    path: applications,
    stage: 'accept',
    operation: 'create-application',
    query: noQuery,
    body: applicationKind.create,
    access: 'operator',
  },
  {
    method: 'GET',
    path: applications,
    stage: 'read',
    operation: 'list-applications',
    query: applicationsQuery,
    access: 'operator',
  },
  {
    method: 'GET',
    path: application,
    stage: 'read',
    operation: 'show-application',
    query: noQuery,
  },
  {
    method: 'PATCH',
    path: application,
    stage: 'edit',
    operation: 'update-application',
    query: noQuery,
    body: applicationKind.update,
  },
  {
    method: 'PUT',
    path: application,
    stage: 'edit',
    operation: 'update-application',
    query: noQuery,
    body: applicationKind.replace,
  },
  {
    method: 'DELETE',
    path: application,
    stage: 'edit',
    operation: 'delete-application',
    query: noQuery,
  },

  {
    method: 'POST',
    path: chats,
    stage: 'accept',
    operation: 'create-chat',
    query: noQuery,
    body: chatKind.create,
  },
  { method: 'GET', path: chats, stage: 'read', operation: 'list-chats', query: listQuery },
  { method: 'GET', path: chat, stage: 'read', operation: 'show-chat', query: noQuery },
  {
    method: 'PATCH',
    path: chat,
    stage: 'edit',
    operation: 'update-chat',
    query: noQuery,
    body: chatKind.update,
  },
  {
    method: 'PUT',
    path: chat,
    stage: 'edit',
    operation: 'update-chat',
    query: noQuery,
    body: chatKind.replace,
  },
  { method: 'DELETE', path: chat, stage: 'edit', operation: 'delete-chat', query: noQuery },

  {
    method: 'POST',
    path: messages,
    stage: 'accept',
    operation: 'create-message',
    query: noQuery,
    body: messageCreates,
  },
  {
    method: 'POST',
    path: `${messages}/batch`,
    stage: 'accept',
    operation: 'create-messages',
    query: noQuery,
    body: messageBatch,
  },
  { method: 'GET', path: messages, stage: 'read', operation: 'list-messages', query: listQuery },
  {
    method: 'GET',
    path: `${messages}/search`,
    stage: 'read',
    operation: 'search-messages',
    query: searchQuery,
  },
  { method: 'GET', path: message, stage: 'read', operation: 'show-message', query: noQuery },
  {
    method: 'PATCH',
    path: message,
    stage: 'edit',
    operation: 'update-message',
    query: noQuery,
    body: messageKind.update,
  },
  {
    method: 'PUT',
    path: message,
    stage: 'edit',
    operation: 'update-message',
    query: noQuery,
    body: messageKind.replace,
  },
  { method: 'DELETE', path: message, stage: 'edit', operation: 'delete-message', query: noQuery },

  { method: 'GET', path: '/health', stage: 'read', operation: 'show-health', query: healthQuery },
  { method: 'GET', path: '/limits', stage: 'docs', operation: 'show-limits', query: noQuery },
  {
    method: 'GET',
    path: '/openapi.json',
    stage: 'docs',
    operation: 'show-openapi',
    query: noQuery,
  },
  { method: 'GET', path: '/docs', stage: 'docs', operation: 'show-docs', query: noQuery },
  {
    method: 'GET',
    path: '/docs/problems',
    stage: 'docs',
    operation: 'show-problems',
    query: noQuery,
  },
  // What leads to the pages, and what they are made of: no part of the API.
  {
    method: 'GET',
    path: '/',
    stage: 'docs',
    operation: 'show-root',
    query: noQuery,
    undocumented: true,
  },
  {
    method: 'GET',
    path: '/docs/viewer.js',
    stage: 'docs',
    operation: 'show-docs-script',
    query: noQuery,
    undocumented: true,
  },
  {
    method: 'GET',
    path: '/docs/viewer.css',
    stage: 'docs',
    operation: 'show-docs-style',
    query: noQuery,
    undocumented: true,
  },
] as const

export type Route = (typeof routes)[number]
export type Operation = Route['operation']

/** The methods by which a route is taken: HEAD comes with GET (RFC 9110, 9.3.2). */
export const methodsTaken = ({ method }: Route): string[] =>
  method === 'GET' ? ['GET', 'HEAD'] : [method]

/**
 * Answers everything the table has no route for: 404, 405 with Allow, and the preflights of
 * browsers. Its `stage` is the folder of its file: api, which is no stage.
 */
export const unrouted = { stage: 'api', operation: 'no-route' } as const
