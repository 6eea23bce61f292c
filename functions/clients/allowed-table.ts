import type { Table } from '../protocol/ports/table.ts'

/**
 * The table for one request that may still be refused. Reads are sent at once, so that they cost no
 * time beside what decides; their results wait for it, and so do all writes. Where `allowed`
 * rejects, each call rejects with its reason.
 */
export const allowedTable = (table: Table, allowed: Promise<void>): Table => {
  const held = async <T>(reading: Promise<T>): Promise<T> =>
    (await Promise.all([reading, allowed]))[0]
  return {
    get: (key) => held(table.get(key)),
    batchGet: (keys) => held(table.batchGet(keys)),
    query: (input) => held(table.query(input)),
    put: (input) => allowed.then(() => table.put(input)),
    update: (input) => allowed.then(() => table.update(input)),
    delete: (input) => allowed.then(() => table.delete(input)),
    transact: (inputs) => allowed.then(() => table.transact(inputs)),
  }
}
