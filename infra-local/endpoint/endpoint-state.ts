import { CannotStart } from '../machine/cannot-start.ts'

// By the protocols themselves, not by SDK clients: the local stack would be all that needs them.
// Local endpoints take any signature; the scope of the credential tells them the service.
const credential = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`

/** Posts; answers status and text. Throws CannotStart when the endpoint itself fails. */
async function post(url: string, service: string, headers: Record<string, string>, body: string) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, authorization: credential(service) },
    body,
    signal: AbortSignal.timeout(15_000),
  })
  const text = await answer.text()
  if (answer.status >= 500)
    throw new CannotStart(
      `the AWS endpoint at ${url} answered ${answer.status}: ${text.slice(0, 300)}`,
    )
  return { ok: answer.ok, text }
}

/** The outputs of this CloudFormation stack if the endpoint has it whole. */
export async function stackOutputs(
  endpoint: string,
  name: string,
): Promise<Record<string, string> | undefined> {
  const form = new URLSearchParams({
    Action: 'DescribeStacks',
    Version: '2010-05-15',
    StackName: name,
  })
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  const { ok, text } = await post(endpoint, 'cloudformation', type, form.toString())
  if (!ok || !/<StackStatus>(CREATE|UPDATE)_COMPLETE</.test(text)) return undefined
  const member = /<OutputKey>([^<]*)<\/OutputKey>\s*<OutputValue>([^<]*)<\/OutputValue>/g
  return Object.fromEntries(
    [...text.matchAll(member)].map(([, key = '', value = '']) => [key, unescaped(value)]),
  )
}

const unescaped = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => characters[name] ?? '')
const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const mark = '/chat-local/deployed'
const ssm = (endpoint: string, action: string, input: object) =>
  post(
    endpoint,
    'ssm',
    { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonSSM.${action}` },
    JSON.stringify(input),
  )

/**
 * What was deployed there last, as `markDeployed` told. It is kept in the endpoint, not in a file:
 * an endpoint that was killed comes back with the state of its last good stop, and this goes back
 * with it.
 */
export async function deployedMark(endpoint: string): Promise<string | undefined> {
  const { ok, text } = await ssm(endpoint, 'GetParameter', { Name: mark })
  return ok ? /"Value":\s*"([0-9a-f]+)"/.exec(text)?.[1] : undefined
}

/** Throws CannotStart when the endpoint does not take it. */
export async function markDeployed(endpoint: string, print: string): Promise<void> {
  const { ok, text } = await ssm(endpoint, 'PutParameter', {
    Name: mark,
    Value: print,
    Type: 'String',
    Overwrite: true,
  })
  if (!ok)
    throw new CannotStart(`the AWS endpoint does not take a parameter: ${text.slice(0, 300)}`)
}

/**
 * Starts a function and does not wait for it. Throws CannotStart when there is none of this name.
 */
export async function startFunction(endpoint: string, name: string): Promise<void> {
  const url = `${endpoint}/2015-03-31/functions/${name}/invocations`
  const { ok, text } = await post(url, 'lambda', { 'x-amz-invocation-type': 'Event' }, '{}')
  if (!ok) throw new CannotStart(`the function ${name} cannot be started: ${text.slice(0, 300)}`)
}
