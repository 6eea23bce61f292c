import { identityOf } from './lock.mjs'

/**
 * Calls `work` once the process of this id is gone, looking every second. A test that is killed
 * cannot stop the stack that it started, so the stack looks after the test. Does not keep this
 * process alive.
 */
export function whenProcessEnds(pid: number, work: () => void): void {
  const identity = identityOf(pid)
  const timer = setInterval(() => {
    if (identity !== undefined && identityOf(pid) === identity) return
    clearInterval(timer)
    work()
  }, 1_000).unref()
}
