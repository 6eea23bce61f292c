interface Abortable<T> extends Promise<T> {
  abort(): unknown
}

/** The call was given up; what it asked for may or may not have happened. */
class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded'
}

/**
 * The answer of a call of the OpenSearch client, or a DeadlineExceeded once `ms` have passed. The
 * client's own timeout is one of silence on the socket: an engine that trickles, or a node whose
 * packets are dropped while credentials are fetched, would outlast it.
 */
export async function within<T>(ms: number, call: Abortable<T>): Promise<T> {
  let late = false
  const timer = setTimeout(() => {
    late = true
    call.abort()
  }, ms)
  try {
    return await call
  } catch (cause) {
    if (late) throw new DeadlineExceeded(`no answer within ${ms} ms`, { cause })
    throw cause
  } finally {
    clearTimeout(timer)
  }
}
