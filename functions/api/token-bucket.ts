import type { Rate } from '../limits/limits.ts'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Table, Update, Written } from '../protocol/ports/table.ts'

/** What a request found in its application's bucket. */
export interface Taken {
  allowed: boolean
  /** Requests that would be answered now. */
  remaining: number
  /** Whole seconds until the bucket is full again. */
  fullIn: number
  /** Whole seconds until one is answered; 0 when allowed. */
  retryAfter: number
}
type Take = (app: string, rate: Rate) => Promise<Taken>

const perSecond = 1_000_000
const step = (rate: Rate): number => Math.round(perSecond / rate.perSecond)

/** With the rate in its key, so that what another rate filled is not waited for after a deploy. */
const key = (app: string, rate: Rate) => ({
  pk: `rate#${app}`,
  sk: `${rate.perSecond}/${rate.burst}`,
})

/** The bucket was full: it is full again one step from now. */
const begin = (app: string, rate: Rate, now: number): Update => ({
  ...spend(app, rate, now),
  UpdateExpression: 'SET #full = :next, #expiry = :expiry',
  ConditionExpression: 'attribute_not_exists(#full) OR #full < :now',
  ExpressionAttributeValues: {
    ':next': now + step(rate),
    ':now': now,
    ':expiry': expiry(rate, now),
  },
})
/**
 * It was not: it is full one step later than before, unless that is further away than an empty one
 * is.
 */
const spend = (app: string, rate: Rate, now: number): Update => ({
  Key: key(app, rate),
  UpdateExpression: 'SET #full = #full + :step, #expiry = :expiry',
  ConditionExpression: '#full <= :last',
  ExpressionAttributeNames: { '#full': 'full', '#expiry': 'expiry' },
  ExpressionAttributeValues: {
    ':step': step(rate),
    ':last': lastOf(rate, now),
    ':expiry': expiry(rate, now),
  },
})
const lastOf = (rate: Rate, now: number): number => now + (rate.burst - 1) * step(rate)
const expiry = (rate: Rate, now: number): number =>
  Math.ceil((now + rate.burst * step(rate)) / perSecond) + 3600
const fullOf = ({ item }: Written): number => Number(item?.full ?? 0)

/** At most so many applications are remembered by one function instance. */
const remembered = 10_000

/**
 * Token buckets, one item per application: `burst` requests at once, `perSecond` for ever. An item
 * holds one number, the microsecond at which the bucket is full again (the generic cell rate
 * algorithm, ITU-T I.371: the same bucket without a refill to compute, which DynamoDB's expressions
 * could not). It never falls, so what an instance remembers is a bound: a refusal that follows from
 * it costs no call, and it tells which of the two writes to try. So a request costs one UpdateItem
 * (one write unit); two when another instance began the bucket just before.
 */
export function tokenBuckets(table: Table, clock: Clock): Take {
  const seen = new Map<string, number>()
  const answer = (app: string, rate: Rate, now: number, allowed: boolean, full: number): Taken => {
    if (seen.size >= remembered) seen.clear()
    seen.set(JSON.stringify(key(app, rate)), full)
    const last = lastOf(rate, now)
    return {
      allowed,
      remaining: Math.max(0, Math.floor((last - full) / step(rate)) + 1),
      // An instance may have taken one by a later clock than this one's: no bucket takes longer
      // than an empty one.
      fullIn: Math.ceil(Math.min(Math.max(0, full - now), rate.burst * step(rate)) / perSecond),
      retryAfter: allowed ? 0 : Math.max(1, Math.ceil((full - last) / perSecond)),
    }
  }
  return async (app, rate) => {
    const now = clock.now() * 1000
    const known = seen.get(JSON.stringify(key(app, rate))) ?? 0
    if (known > lastOf(rate, now)) return answer(app, rate, now, false, known)
    if (known < now) {
      const begun = await table.update(begin(app, rate, now))
      if (begun.done) return answer(app, rate, now, true, fullOf(begun))
    }
    const spent = await table.update(spend(app, rate, now))
    return answer(app, rate, now, spent.done, fullOf(spent))
  }
}
