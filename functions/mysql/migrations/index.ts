import applications from './0001-applications.ts'
import chats from './0002-chats.ts'
import messages from './0003-messages.ts'

/**
 * Forward only; a version is never changed once it is released. One statement each: MySQL commits
 * every DDL statement by itself, so only a single one is all or nothing. A kill between a statement
 * and the note of its version makes it run again: each must bear that (`IF NOT EXISTS`).
 */
export const migrations: readonly { version: number; name: string; sql: string }[] = [
  { version: 1, name: 'applications', sql: applications },
  { version: 2, name: 'chats', sql: chats },
  { version: 3, name: 'messages', sql: messages },
]
