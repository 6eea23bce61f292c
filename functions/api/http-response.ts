export interface HttpResponse {
  status: number
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** In the place of `body` a text as it is, or bytes as base64; `headers` has their type. */
  text?: string
  base64?: string
}
