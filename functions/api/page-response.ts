import type { HttpResponse } from './http-response.ts'

/**
 * A relative reference to the same path with another query, which holds behind every base address
 * and stage. Parameters that are undefined are left out.
 */
export function relativeReference(parameters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) search.set(name, String(value))
  // `+` means a space only in forms; every reader of a URI understands `%20`.
  return `?${search.toString().replaceAll('+', '%20')}`
}

/**
 * The way on and back, null where there is none: as relative references, and as the cursors that
 * these pass as `after` and `before`.
 */
export interface PageLinks {
  next: string | null
  prev: string | null
  after: string | number | null
  before: string | number | null
}

/**
 * The response to a list: `data`, references to the next and the previous page, and the next one as
 * a `Link` header too (RFC 8288). `more` adds members to the page and to the body.
 */
export const pageResponse = (
  data: unknown[],
  page: PageLinks,
  more: { page?: Record<string, unknown>; body?: Record<string, unknown> } = {},
): HttpResponse => ({
  status: 200,
  headers: page.next === null ? {} : { Link: `<${page.next}>; rel="next"` },
  body: { data, page: { ...page, ...more.page }, ...more.body },
})
