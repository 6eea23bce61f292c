import type { Log } from '../protocol/ports/log.ts'

/**
 * One JSON line. Never a body, a token or a key: say numbers, internal keys, counts, error names.
 */
export const log: Log = (event, fields = {}) => {
  console.log(JSON.stringify({ event, ...fields }))
}
