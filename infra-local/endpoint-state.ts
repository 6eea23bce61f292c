import { CannotStart } from './cannot-start.ts'

/**
 * Whether the endpoint has this CloudFormation stack whole, and its outputs. By the query protocol, not the SDK: the
 * local stack would be all that needs that client. Local endpoints take any signature; the credential's scope routes.
 */
export async function stackOutputs(
  endpoint: string,
  name: string,
): Promise<Record<string, string> | undefined> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: new URLSearchParams({ Action: 'DescribeStacks', Version: '2010-05-15', StackName: name }),
    signal: AbortSignal.timeout(15_000),
  })
  const xml = await answer.text()
  if (answer.status >= 500)
    throw new CannotStart(`the AWS endpoint ${endpoint} answered ${answer.status}: ${xml}`)
  if (!answer.ok || !/<StackStatus>(CREATE|UPDATE)_COMPLETE</.test(xml)) return undefined
  const member = /<OutputKey>([^<]*)<\/OutputKey>\s*<OutputValue>([^<]*)<\/OutputValue>/g
  return Object.fromEntries(
    [...xml.matchAll(member)].map(([, key = '', value = '']) => [key, unescaped(value)]),
  )
}

const unescaped = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => characters[name] ?? '')
const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
