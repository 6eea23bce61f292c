import type { Log } from '../protocol/ports/log.ts'

/** One JSON line on standard output, which Lambda brings to the function's log group. */
export const log: Log = (event, fields = {}) => {
  console.log(JSON.stringify({ event, ...fields }))
}
