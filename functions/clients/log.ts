/** One JSON line. Never a body, a token or a key: say numbers, internal keys, counts, error names. */
export function log(event: string, fields: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ event, ...fields }))
}
