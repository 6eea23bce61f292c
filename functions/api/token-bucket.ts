import type { Rate } from '../limits/limits.ts'
import type { Clock } from '../protocol/ports/clock.ts'
import type { Table, Update, Written } from '../protocol/ports/table.ts'

/** Whether a request is allowed, and what its application's bucket holds. */
export interface RateDecision {
  allowed: boolean
  /** Requests that would be allowed now. */
  remaining: number
  /** Whole seconds until the bucket is full again. */
  fullIn: number
  /** Whole seconds until a request is allowed; 0 if this one is. */
  retryAfter: number
}
type Take = (app: string, rate: Rate) => Promise<RateDecision>

const perSecond = 1_000_000
const step = (rate: Rate): number => Math.round(perSecond / rate.perSecond)

/** The rate is in the key, so that after a deploy of another rate nobody waits for the old one. */
const key = (app: string, rate: Rate) => ({
  pk: `rate#${app}`,
  sk: `${rate.perSecond}/${rate.burst}`,
})

/** Of a bucket that was full: it is full again one step from now. */
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
 * Of a bucket that was not full: it is full one step later than before. Refused where that would be
 * later than an empty bucket is full.
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

/** Applications that one instance of a function remembers. */
const remembered = 10_000

/**
 * Token buckets, one item for each application: `burst` requests at once, `perSecond` all the time.
 * An item holds one number, the microsecond at which the bucket is full again. This is the generic
 * cell rate algorithm (ITU-T I.371): the same bucket without a refill to compute, which DynamoDB's
 * expressions could not.
 *
 * The number never falls, so what an instance remembers of it is a lower bound. A refusal that
 * follows from the bound costs no call, and the bound decides which of the two writes is tried
 * first. So a request costs one UpdateItem (one write unit), or two when another instance began the
 * bucket just before.
 */
export function tokenBuckets(table: Table, clock: Clock): Take {
  const seen = new Map<string, number>()
  const decide = (
    app: string,
    rate: Rate,
    now: number,
    allowed: boolean,
    full: number,
  ): RateDecision => {
    if (seen.size >= remembered) seen.clear()
    seen.set(JSON.stringify(key(app, rate)), full)
    const last = lastOf(rate, now)
    return {
      allowed,
      remaining: Math.max(0, Math.floor((last - full) / step(rate)) + 1),
      // Another instance may have a later clock than this one. No bucket takes longer to fill than
      // an empty one.
      fullIn: Math.ceil(Math.min(Math.max(0, full - now), rate.burst * step(rate)) / perSecond),
      retryAfter: allowed ? 0 : Math.max(1, Math.ceil((full - last) / perSecond)),
    }
  }
  return async (app, rate) => {
    const now = clock.now() * 1000
    const known = seen.get(JSON.stringify(key(app, rate))) ?? 0
    if (known > lastOf(rate, now)) return decide(app, rate, now, false, known)
    if (known < now) {
      const begun = await table.update(begin(app, rate, now))
      if (begun.done) return decide(app, rate, now, true, fullOf(begun))
    }
    const spent = await table.update(spend(app, rate, now))
    return decide(app, rate, now, spent.done, fullOf(spent))
  }
}
