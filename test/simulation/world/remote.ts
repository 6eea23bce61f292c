import type { Process, World } from './world.ts'

export type Dependency = 'dynamodb' | 'sqs' | 'mysql' | 'opensearch'
/** `refusing`: fails at once. `silent`: never answers. Times are virtual ms, `from` inclusive. */
export interface Outage {
  dependency: Dependency
  from: number
  to: number
  manner: 'refusing' | 'silent'
}
export interface Faults {
  /** The share of calls that something happens to. */
  rate: number
  outages: Outage[]
  /** How late a stray call may arrive, ms. */
  strayMs: number
}

/** A fault as the clients of AWS and MySQL report it; `errno` is MySQL's number of it. */
export class RemoteError extends Error {
  code: string
  errno?: number
  constructor(name: string, errno?: number) {
    // Without its stack: there are thousands in a schedule, and all come from here.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(name)
    Error.stackTraceLimit = stackTraceLimit
    this.name = name
    this.code = name
    if (errno !== undefined) this.errno = errno
  }
}

/** The other side refused the call before it did anything, for it has no capacity left. */
export class Throttled extends RemoteError {}

export interface Policy {
  dependency: Dependency
  timeoutMs: number
  /**
   * How often the client library tries, unseen by its caller: a second attempt can meet what the
   * first one did.
   */
  attempts: number
  /** The error by which its client gives a call up that has had no reply for `timeoutMs`. */
  silence: string
  /** Errors by which this dependency refuses a call. */
  refusals: { name: string; errno?: number }[]
}

type Fault =
  | 'none'
  | 'lost request'
  | 'lost reply'
  | 'stray'
  | 'refusal'
  | 'kill before'
  | 'kill after'
const faultKinds: Fault[] = [
  'lost request',
  'lost reply',
  'stray',
  'refusal',
  'kill before',
  'kill after',
]

/**
 * The greatest pause before the next attempt, as in the AWS SDK: it doubles with each attempt, and
 * is longer after throttling.
 */
const pauseMs = (error: Error, attempt: number): number =>
  (/Throttling|Throughput/.test(error.name) ? 1000 : 25) * 2 ** (attempt - 1)
/** The SDK does not repeat a cancelled transaction, whatever cancelled it. */
const isRepeated = (error: Error): boolean => error.name !== 'TransactionCanceledException'

const outageOf = (world: World, faults: Faults, dependency: Dependency): Outage | undefined =>
  faults.outages.find(
    (outage) =>
      outage.dependency === dependency && world.now >= outage.from && world.now < outage.to,
  )

/**
 * One remote call of a process. `effect` is what the other side does, at once and atomically, when
 * the call arrives: never (lost request), once, or later again (stray). The promise settles when
 * the caller would see it, or never, when its process was killed.
 */
export function remote<T>(
  world: World,
  faults: Faults,
  process: Process,
  policy: Policy,
  label: string,
  effect: () => T,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const told = (run: () => void) => {
    if (process.alive) run()
  }
  const kill = () => {
    if (process.alive) world.note(`${process.name} killed at ${label}`)
    process.alive = false
  }
  const latency = () => 1 + world.random() * 15

  const fail = (attempt: number, error: Error, afterMs: number) => {
    const again = attempt < policy.attempts && isRepeated(error)
    const pause = again ? world.random() * pauseMs(error, attempt) : 0
    world.after(afterMs + pause, () => {
      if (again) start(attempt + 1)
      else told(() => reject(error))
    })
  }

  /**
   * The effect, then the way back. Errors of the other side (a deadlock, a rejected value) travel
   * like answers; what it throttles is tried again. Any other error is a call that cannot be right,
   * such as an expression that the table refuses. Without `attempt` nobody waits for the answer any
   * more.
   */
  const arrive = (attempt?: number) => {
    try {
      const value = effect()
      if (attempt) world.after(latency(), () => told(() => resolve(value)))
    } catch (error) {
      const throttled = error instanceof Throttled
      if (throttled) world.note(`${process.name} ${label}: throttled`)
      if (!(error instanceof RemoteError)) world.crashes.add(`${label}: ${String(error)}`)
      if (attempt && throttled) fail(attempt, error, latency())
      else if (attempt) world.after(latency(), () => told(() => reject(error)))
    }
  }

  const start = (attempt: number): void => {
    if (!process.alive) return
    const outage = outageOf(world, faults, policy.dependency)
    if (outage) {
      const refused = outage.manner === 'refusing'
      const error = new RemoteError(refused ? 'ECONNREFUSED' : policy.silence)
      fail(attempt, error, refused ? 1 : policy.timeoutMs)
      return
    }
    const fault =
      world.random() < faults.rate
        ? faultKinds[Math.floor(world.random() * faultKinds.length)]
        : 'none'
    if (fault !== 'none') world.note(`${process.name} ${label}: ${fault}`)
    switch (fault) {
      case 'lost request':
        fail(attempt, new RemoteError(policy.silence), policy.timeoutMs)
        return
      case 'lost reply':
        world.after(latency(), () => arrive())
        fail(attempt, new RemoteError(policy.silence), policy.timeoutMs)
        return
      case 'stray': {
        // On its way for long; the client has given it up meanwhile and asks again.
        world.after(50 + world.random() * faults.strayMs, () => arrive())
        fail(attempt, new RemoteError(policy.silence), Math.min(policy.timeoutMs, 200))
        return
      }
      case 'refusal': {
        const refusal = policy.refusals[Math.floor(world.random() * policy.refusals.length)]
        fail(attempt, new RemoteError(refusal?.name ?? 'Error', refusal?.errno), latency())
        return
      }
      case 'kill before':
        kill()
        return
      case 'kill after':
        // What a killed sender has sent arrives all the same, now or when nobody expects it any
        // more.
        world.after(world.random() < 0.5 ? latency() : world.random() * faults.strayMs, () =>
          arrive(),
        )
        kill()
        return
      default:
        world.after(latency(), () => arrive(attempt))
    }
  }
  start(1)
  return promise
}
