import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Db } from '../../../functions/mysql/db.ts'
import { inSearchTurn } from '../../../functions/mysql/search-turn.ts'
import { SearchesBusy } from '../../../functions/search/busy.ts'
import { type Database, emptyDatabase } from '../mysql.ts'

let database: Database
beforeAll(async () => {
  database = await emptyDatabase()
})
afterAll(() => database.drop())

let app: string
beforeEach(() => {
  app = randomBytes(16).toString('hex')
})

/** A search that runs on a connection of its own until it is ended. */
async function running(of: string): Promise<{ db: Db; end: () => Promise<void> }> {
  const db = database.another()
  const [began, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const work = inSearchTurn(db, of, () => {
    began.resolve()
    return over.promise
  })
  await Promise.race([began.promise, work])
  return {
    db,
    end: async () => {
      over.resolve()
      await work
      db.renew()
    },
  }
}
const once = (of: string) => {
  const db = database.another()
  return inSearchTurn(db, of, async () => 'searched').finally(() => db.renew())
}
/** How many of the locks somebody holds. */
async function held(of: string, count: number): Promise<number> {
  const names = Array.from({ length: count }, (_, i) => `search:${of}:${i}`)
  const used = names.map(() => '(IS_USED_LOCK(?) IS NOT NULL)').join(' + ')
  const [row] = await database.db.query(`SELECT ${used} AS n`, names)
  return Number(row?.n)
}
const another = () => randomBytes(16).toString('hex')

describe('searches in MySQL', () => {
  test('run two at once for one application, and no other is kept waiting', async () => {
    const [first, second] = [await running(app), await running(app)]
    await expect(once(app)).rejects.toBeInstanceOf(SearchesBusy)
    expect(await once(another())).toBe('searched')
    await first.end()
    expect(await once(app)).toBe('searched')
    await second.end()
    expect([await held(app, 2), await held('any', 8)]).toEqual([0, 0])
  })

  test('run eight at once for all together, and one takes one turn of each', async () => {
    const all = []
    for (let i = 1; i <= 8; i++) {
      all.push(await running(another()))
      expect(await held('any', 8)).toBe(i)
    }
    await expect(once(app)).rejects.toBeInstanceOf(SearchesBusy)
    // Who got no turn keeps none of its application either.
    expect(await held(app, 2)).toBe(0)
    for (const each of all) await each.end()
    expect(await once(app)).toBe('searched')
  })

  test('wait for their turn, so that many short ones are all done', async () => {
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => once(app)))
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['fulfilled']))
  })

  test('give their turn back when their connection is lost, or they fail', async () => {
    const lost = await running(app)
    await running(app)
    lost.db.renew()
    expect(await once(app)).toBe('searched')
    const db = database.another()
    const failed = inSearchTurn(db, another(), () => Promise.reject(new Error('no')))
    await expect(failed).rejects.toThrow('no')
    expect(await held('any', 8)).toBeLessThanOrEqual(1)
  })
})
