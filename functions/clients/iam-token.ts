/** A token is good for 15 minutes from when it was made; it is checked when a connection opens. */
const reusedMs = 10 * 60_000

/** The token that signs in to MySQL, made when it is needed. */
export interface IamToken {
  get(): Promise<string>
  /** The server has refused it; the next one is made anew. */
  forget(): void
}

/**
 * Reuses what `make` has made for 10 of its 15 minutes, as AWS advises: each is a signature, and
 * needs the role's credentials. Those may end earlier than the token, which is then refused; so a
 * token that was refused must be forgotten.
 */
export function iamToken(make: () => Promise<string>, now: () => number): IamToken {
  let made: { token: Promise<string>; at: number } | undefined
  return {
    get() {
      if (made && now() - made.at < reusedMs) return made.token
      const fresh = { token: make(), at: now() }
      made = fresh
      // One that could not be made is no token to be reused.
      fresh.token.catch(() => {
        if (made === fresh) made = undefined
      })
      return fresh.token
    },
    forget() {
      made = undefined
    },
  }
}
