import type { Answer } from './problem.ts'

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
export function roomOfAnswer(): { takes: (value: unknown) => boolean } {
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
  const room = roomOfAnswer()
  const cut = values.findIndex((value) => !room.takes(value))
  return cut < 0 ? values.length : cut
}

/**
 * A relative reference: right behind every base address and stage. Parameters that are undefined
 * are left out.
 */
export function reference(parameters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) search.set(name, String(value))
  // A space as `+` is a form's way; `%20` is right in every reader of a URI.
  return `?${search.toString().replaceAll('+', '%20')}`
}

/** A list's answer: `data`, the way on and back, and the way on as a `Link` header (RFC 8288). */
export const pageAnswer = (
  data: unknown[],
  page: { next: string | null; prev: string | null },
  more: { page?: Record<string, unknown>; body?: Record<string, unknown> } = {},
): Answer => ({
  status: 200,
  headers: page.next === null ? {} : { Link: `<${page.next}>; rel="next"` },
  body: { data, page: { ...page, ...more.page }, ...more.body },
})
