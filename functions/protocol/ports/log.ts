/** One structured line: never bodies, tokens or keys. */
export type Log = (event: string, fields?: Record<string, unknown>) => void
