interface Abortable<T> extends Promise<T> {
  abort(): unknown
}

/** The call was given up. What it asked for may have happened. */
class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded'
}

/**
 * What a call of the OpenSearch client resolves to. Throws DeadlineExceeded once `ms` have passed:
 * the client's own timeout only ends silence on the socket, so an engine that sends byte by byte
 * would outlast it, and so would a node whose packets are dropped while credentials are fetched.
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
    if (late) throw new DeadlineExceeded(`no response within ${ms} ms`, { cause })
    throw cause
  } finally {
    clearTimeout(timer)
  }
}
