import type { Table } from '../protocol/ports/table.ts'

/**
 * The table for one request that may still be refused. Reads are sent at once, so that they cost no
 * time beside what decides; their results wait for it, and so do all writes. Where `allowed`
 * rejects, each call rejects with its reason.
 */
export const allowedTable = (inner: Table, allowed: Promise<void>): Table => {
  const held = async <T>(reading: Promise<T>): Promise<T> =>
    (await Promise.all([reading, allowed]))[0]
  return {
    get: (key) => held(inner.get(key)),
    batchGet: (keys, attributes) => held(inner.batchGet(keys, attributes)),
    query: (input) => held(inner.query(input)),
    put: (input) => allowed.then(() => inner.put(input)),
    update: (input) => allowed.then(() => inner.update(input)),
    delete: (input) => allowed.then(() => inner.delete(input)),
    transact: (inputs) => allowed.then(() => inner.transact(inputs)),
  }
}
