import type { Answer } from './problem.ts'

/** Lambda answers with at most 6 MB; the rest is the envelope's, and escapes of the gateway's JSON. */
const byteBudget = 4_000_000

/** How many of the leading values fit into one answer; at least one, whatever its size. */
export function fitting(values: unknown[]): number {
  let bytes = 0
  for (const [i, value] of values.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(value)) + 1
    if (bytes > byteBudget) return Math.max(i, 1)
  }
  return values.length
}

/** A relative reference: right behind every base address and stage. Parameters that are undefined are left out. */
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
