import type { HttpResponse } from './http-response.ts'

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
export const pageResponse = (
  data: unknown[],
  page: { next: string | null; prev: string | null },
  more: { page?: Record<string, unknown>; body?: Record<string, unknown> } = {},
): HttpResponse => ({
  status: 200,
  headers: page.next === null ? {} : { Link: `<${page.next}>; rel="next"` },
  body: { data, page: { ...page, ...more.page }, ...more.body },
})
