export interface HttpResponse {
  status: number
  headers?: Record<string, string>
  /** Answered as JSON. */
  body?: unknown
  /** In its place a text that is there already, or bytes as base64; `headers` name the type. */
  text?: string
  base64?: string
}
