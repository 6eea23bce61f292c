import { describe, expect, it } from 'vitest'
import { eventLine } from '../../../infra-local/endpoint/event-line.ts'

describe('lines of functions', () => {
  it('are shown when they are events', () => {
    expect(eventLine('{"event":"persisted","messages":3,"stored":3,"ms":35}')).toBe(
      'persisted · messages 3 · stored 3 · ms 35',
    )
    expect(eventLine('INFO output: {"event":"parked","reason":"collision"}')).toBe(
      'parked · reason collision',
    )
  })
  it('are not shown when the front shows them, or when they are metrics, others or cut', () => {
    expect(eventLine('{"event":"request","operation":"create-chat","status":201}')).toBeUndefined()
    expect(eventLine('{"event":"metrics","_aws":{},"Stored":1}')).toBeUndefined()
    expect(eventLine('2026-11-25 INFO [lambda] Lambda worker spawned')).toBeUndefined()
    expect(eventLine('{"event":"persisted","messa')).toBeUndefined()
  })
  it('of the schedules are shown when they found something to do', () => {
    expect(eventLine('{"event":"swept","due":0,"sent":0,"expired":0}')).toBeUndefined()
    expect(eventLine('{"event":"reindexed","indexed":0,"refused":0,"done":true}')).toBeUndefined()
    expect(eventLine('{"event":"swept","due":2,"sent":2,"expired":0}')).toBe(
      'swept · due 2 · sent 2 · expired 0',
    )
  })
})
