/**
 * What functions call, and what each call needs of IAM. A function is granted the calls that its
 * code makes and no others: test/lib/least-privilege.test.ts compares both with its bundle.
 */

/** Calls of the table port (functions/protocol/ports/table.ts). */
export const tableActions = {
  get: 'dynamodb:GetItem',
  batchGet: 'dynamodb:BatchGetItem',
  query: 'dynamodb:Query',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
} as const
export type TableCall = keyof typeof tableActions

/** A transaction needs the rights of its parts; ours put and update (move-out.ts). */
export const transactionParts = ['put', 'update'] as const satisfies TableCall[]

/** What reads of the HEADs, of requests and of waiting items call. */
export const readingCalls = ['batchGet', 'query'] as const satisfies TableCall[]
/** What reservations call: those, single items, and writes of HEADs, requests, waiting items. */
export const reservingCalls = [
  ...readingCalls,
  'get',
  ...transactionParts,
] as const satisfies TableCall[]

/** Calls of OpenSearch's client: the HTTP method and the path below the domain. */
export const searchPaths = {
  search: ['Post', 'messages*/_search'],
  ping: ['Head', ''],
  bulk: ['Post', '_bulk'],
  'indices.create': ['Put', 'messages*'],
  'indices.get': ['Get', 'messages*'],
  'indices.putMapping': ['Post', 'messages*/_mapping'],
  'indices.updateAliases': ['Post', '_aliases'],
} as const
export type SearchCall = keyof typeof searchPaths
