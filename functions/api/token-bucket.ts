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
export interface TokenBuckets {
  /**
   * Takes `cost` requests out of the application's bucket, if it has so many. What costs more than
   * a bucket holds takes a full one: it is not refused for ever.
   */
  take: (app: string, rate: Rate, cost: number) => Promise<RateDecision>
  /** The refusal of any request, where it follows from what this instance has seen; no call. */
  refusal: (app: string, rate: Rate) => RateDecision | undefined
}

const perSecond = 1_000_000
const step = (rate: Rate): number => Math.round(perSecond / rate.perSecond)

/** The rate is in the key, so that after a deploy of another rate nobody waits for the old one. */
const key = (app: string, rate: Rate) => ({
  pk: `rate#${app}`,
  sk: `${rate.perSecond}/${rate.burst}`,
})

/** Of a bucket that was full: it is full again as many steps from now as the request costs. */
const begin = (app: string, rate: Rate, now: number, cost: number): Update => ({
  ...spend(app, rate, now, cost),
  UpdateExpression: 'SET #full = :next, #at = :now, #expiry = :expiry',
  ConditionExpression: 'attribute_not_exists(#full) OR #full < :now',
  ExpressionAttributeValues: {
    ':next': now + cost * step(rate),
    ':now': now,
    ':expiry': expiry(rate, now),
  },
})
/**
 * Of a bucket that was not full: it is full so many steps later than before. Refused where that
 * would be later than an empty bucket is full.
 */
const spend = (app: string, rate: Rate, now: number, cost: number): Update => ({
  Key: key(app, rate),
  UpdateExpression: 'SET #full = #full + :steps, #at = :now, #expiry = :expiry',
  ConditionExpression: '#full <= :last',
  ExpressionAttributeNames: { '#full': 'full', '#at': 'at', '#expiry': 'expiry' },
  ExpressionAttributeValues: {
    ':steps': cost * step(rate),
    ':now': now,
    ':last': lastOf(rate, now, cost),
    ':expiry': expiry(rate, now),
  },
})
const lastOf = (rate: Rate, now: number, cost = 1): number => now + (rate.burst - cost) * step(rate)
const expiry = (rate: Rate, now: number): number =>
  Math.ceil((now + rate.burst * step(rate)) / perSecond) + 3600
const fullOf = ({ item }: Written): number => Number(item?.full ?? 0)

/** Applications that one instance of a function remembers. */
const remembered = 10_000
/** One where another instance began the bucket, one more where its clock was ahead of ours. */
const mostTries = 3

/**
 * The microsecond that it is, never behind the latest of the instances that wrote what was read. An
 * instance whose clock is behind would find every bucket emptier than it is, and one that is behind
 * by more than a bucket takes to fill would refuse everything. Only differences matter to a bucket,
 * so all may follow the clock that is furthest ahead.
 */
function microseconds(clock: Clock) {
  let ahead = 0
  return {
    now: () => clock.now() * 1000 + ahead,
    learn: ({ item }: Written) => {
      ahead = Math.max(ahead, Number(item?.at ?? 0) - clock.now() * 1000)
    },
  }
}

/** Whole seconds, rounded up. A bucket never takes longer to fill than an empty one. */
function decision(rate: Rate, now: number, full: number, refused?: { cost: number }): RateDecision {
  const last = lastOf(rate, now)
  const wait = refused ? full - lastOf(rate, now, refused.cost) : 0
  return {
    allowed: refused === undefined,
    remaining: Math.max(0, Math.floor((last - full) / step(rate)) + 1),
    fullIn: Math.ceil(Math.min(Math.max(0, full - now), rate.burst * step(rate)) / perSecond),
    retryAfter: refused ? Math.max(1, Math.ceil(wait / perSecond)) : 0,
  }
}

/**
 * Token buckets, one item for each application: `burst` requests at once, `perSecond` all the time.
 * An item holds one number, the microsecond at which the bucket is full again, and beside it the
 * microsecond at which it was written. This is the generic cell rate algorithm (ITU-T I.371): the
 * same bucket without a refill to compute, which DynamoDB's expressions could not.
 *
 * The number never falls, so what an instance remembers of it is a lower bound. A refusal that
 * follows from the bound costs no call, and the bound decides which of the two writes is tried
 * first. So a request costs one UpdateItem (one write unit), or two when another instance began the
 * bucket just before.
 */
export function tokenBuckets(table: Table, clock: Clock): TokenBuckets {
  const time = microseconds(clock)
  const seen = new Map<string, number>()
  const nameOf = (app: string, rate: Rate) => JSON.stringify(key(app, rate))
  const note = (app: string, rate: Rate, full: number) => {
    if (seen.size >= remembered) seen.clear()
    seen.set(nameOf(app, rate), full)
  }
  const refusal = (app: string, rate: Rate, cost = 1): RateDecision | undefined => {
    const [now, full] = [time.now(), seen.get(nameOf(app, rate)) ?? 0]
    return full > lastOf(rate, now, cost) ? decision(rate, now, full, { cost }) : undefined
  }
  const take: TokenBuckets['take'] = async (app, rate, asked) => {
    const cost = Math.min(asked, rate.burst)
    for (let tries = 0; ; tries++) {
      const refused = refusal(app, rate, cost)
      if (refused) return refused
      const [now, known] = [time.now(), seen.get(nameOf(app, rate)) ?? 0]
      const write = known < now ? begin : spend
      const written = await table.update(write(app, rate, now, cost))
      time.learn(written)
      note(app, rate, fullOf(written))
      if (written.done) return decision(rate, now, fullOf(written))
      if (tries + 1 === mostTries) return decision(rate, time.now(), fullOf(written), { cost })
    }
  }
  return { take, refusal: (app, rate) => refusal(app, rate) }
}
