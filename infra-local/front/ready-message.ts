import { hasProxy } from '../machine/environment.mjs'

/**
 * Three lines for a shell, to be pasted one after the other; the first puts the token into a
 * variable. With `key`, creating applications needs the operator's key, which the person has in
 * OPERATOR_KEY. curl would take even this machine's address to the proxy of `http_proxy`.
 */
export function curlLines(
  base: string,
  key: boolean,
  proxied = hasProxy(),
): [string, string, string] {
  const curl = proxied ? "curl --noproxy '*' -s" : 'curl -s'
  const json = "-H 'Content-Type: application/json'"
  const operator = key ? ' -H "Authorization: Bearer $OPERATOR_KEY"' : ''
  const token = `sed -E 's/.*"token": ?"([^"]+)".*/\\1/'`
  const chats = `${base}/applications/$TOKEN/chats`
  return [
    `TOKEN=$(${curl} -X POST ${base}/applications${operator} ${json} -d '{"name":"Demo"}' | ${token}); echo "$TOKEN"`,
    `${curl} -X POST ${chats}; echo; ${curl} -X POST ${chats}/1/messages ${json} -d '{"body":"Hello, world"}'; echo`,
    `${curl} "${chats}/1/messages/search?q=llo"; echo`,
  ]
}

/** An engine as far as its guard is concerned: containers of compose.yaml have none. */
interface Guardable {
  name: string
  inCompose?: unknown
}

/**
 * A paragraph about the engines with HTTP that run in containers, which web pages reach; empty
 * where there is none. MySQL is not among them: no page speaks its protocol.
 */
export function openToPages(engines: Guardable[]): string {
  const names = engines.filter(({ name, inCompose }) => name !== 'MySQL' && inCompose)
  if (names.length === 0) return ''
  const listed = names.map(({ name }) => (name === 'AWS' ? 'LocalStack' : name)).join(' and ')
  return `
Web pages in a browser on this machine reach ${listed} in Docker: a page of any
site may read and change what is stored there (SECURITY.md). CHAT_DOCKER=off npm start closes it.
`
}

/**
 * What the person sees when all is running. `tools` are lines for a shell (tool-lines.ts), `open`
 * is what openToPages returns.
 */
export function readyMessage(
  base: string,
  engines: string[],
  key: boolean,
  tools: string[],
  open = '',
): string {
  const lines = curlLines(base, key)
  const operator = key
    ? 'Creating applications needs the operator key: put it into OPERATOR_KEY first.\n'
    : ''
  return `
Ready: ${base}
${engines.map((engine) => `  ${engine}`).join('\n')}

${operator}Create an application, a chat with a message, and find it (a moment later):
${lines.map((line) => `  ${line}`).join('\n')}

The reference: ${base}/docs

Look at what is stored:
${tools.map((line) => `  ${line}`).join('\n')}
${open}
Ctrl-C stops all of it; the data stay in .local/ (npm run reset removes them).
`
}
