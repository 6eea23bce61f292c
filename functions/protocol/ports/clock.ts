/** Milliseconds since 1970. */
export interface Clock {
  now(): number
}

/** Calls once after `ms` milliseconds; what it returns takes the call back. */
export interface Timer {
  after(ms: number, call: () => void): () => void
}

/** Random names. `text(n)` is n characters of base64url, 6 random bits each. */
export interface Ids {
  text(length: number): string
}
