import { limits, searchCost } from '../limits/limits.ts'
import type { Operation } from './routes.ts'

/** How many messages the body of a create asks for, whether it is valid or not. */
function messagesIn(body: unknown): number {
  if (typeof body !== 'object' || body === null || !('messages' in body)) return 1
  return Array.isArray(body.messages) ? body.messages.length : 1
}

/**
 * How many requests of its application's rate this one counts as: a batch of messages as many as it
 * has (at least one, and no more than a batch may have), whichever of its two routes it comes by; a
 * search `searchCost`; all others one. `body` is the parsed JSON.
 */
export function costOf(operation: Operation, body: unknown): number {
  if (operation === 'search-messages') return searchCost
  if (operation !== 'create-message' && operation !== 'create-messages') return 1
  return Math.min(Math.max(1, messagesIn(body)), limits.batch)
}
