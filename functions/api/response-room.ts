/**
 * Lambda refuses to hand on more than 6 MiB for good. What it hands on is a JSON object in which
 * the body is one string, so every quote and backslash of the body counts twice; the rest is for
 * the headers and the frame of the page.
 */
const byteBudget = 5_500_000

/** What a value takes of Lambda's answer: its JSON, escaped once more. */
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(value)))

/**
 * The room of one answer, for values that are made one by one: `takes` says whether the next one
 * fits, too. The first always does, whatever its size, or a page could never go on; after a refusal
 * nothing does, so that none is skipped.
 */
export function responseRoom(): { takes: (value: unknown) => boolean } {
  let bytes = 0
  let values = 0
  return {
    takes: (value) => {
      bytes += bytesOf(value)
      values += 1
      return values === 1 || bytes <= byteBudget
    },
  }
}

/** How many of the leading values fit into one answer; at least one, whatever its size. */
export function fitting(values: unknown[]): number {
  const room = responseRoom()
  const cut = values.findIndex((value) => !room.takes(value))
  return cut < 0 ? values.length : cut
}
