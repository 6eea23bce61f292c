/**
 * A Lambda function returns 6 MiB at most. That is a JSON object in which the body is one string,
 * so every quote and backslash of the body counts twice. What is left of the 6 MiB is for the
 * headers and the frame of the page.
 */
const byteBudget = 5_500_000

/** What a value takes of that: its JSON, escaped once more. */
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(value)))

/**
 * The room of one response, for values that are made one by one: `takes` says whether the next
 * value still fits. The first always fits, whatever its size, or a page could never go on. After
 * one that does not fit none does, so that none is skipped.
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

/** How many of the leading values fit into one response: at least one, whatever its size. */
export function fitting(values: unknown[]): number {
  const room = responseRoom()
  const cut = values.findIndex((value) => !room.takes(value))
  return cut < 0 ? values.length : cut
}
