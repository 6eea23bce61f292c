import { describe, expect, it } from 'vitest'
import { eventLine } from '../../../infra-local/endpoint/function-logs.ts'

describe('lines of functions', () => {
  it('are told when they are events', () => {
    expect(eventLine('{"event":"batch","messages":3,"stored":3,"ms":35}')).toBe(
      'batch · messages 3 · stored 3 · ms 35',
    )
    expect(eventLine('INFO output: {"event":"parked","reason":"collision"}')).toBe(
      'parked · reason collision',
    )
  })
  it('are not told when the front told of them, or when they are metrics, others or cut', () => {
    expect(eventLine('{"event":"request","operation":"create-chat","status":201}')).toBeUndefined()
    expect(eventLine('{"_aws":{},"Stored":1}')).toBeUndefined()
    expect(eventLine('2026-11-25 INFO [lambda] Lambda worker spawned')).toBeUndefined()
    expect(eventLine('{"event":"batch","messa')).toBeUndefined()
  })
  it('of the schedules are told when they found something to do', () => {
    expect(eventLine('{"event":"sweep","due":0,"sent":0,"expired":0}')).toBeUndefined()
    expect(eventLine('{"event":"reindexed","indexed":0,"refused":0,"done":true}')).toBeUndefined()
    expect(eventLine('{"event":"sweep","due":2,"sent":2,"expired":0}')).toBe(
      'sweep · due 2 · sent 2 · expired 0',
    )
  })
})
