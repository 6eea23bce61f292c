import { Client } from '@opensearch-project/opensearch'
import { AwsSigv4Signer } from '@opensearch-project/opensearch/aws-v3'
import { env } from './env.ts'

let made: Client | undefined

/**
 * The client of this process, made on first use. Undefined where OPENSEARCH_URL is unset or empty:
 * then there is no index, and MySQL searches.
 */
export function openSearch(): Client | undefined {
  const url = process.env.OPENSEARCH_URL
  if (url && !made) made = openSearchAt(url)
  return made
}

/**
 * A client of the endpoint at `url`. Requests are signed (SigV4, service `es`, the environment's
 * credentials and AWS_REGION) unless it is plain http, which only a local engine speaks.
 *
 * No retries: a search asks MySQL instead of waiting longer, and what a batch of persist could not
 * index is found again by reindex. Calls bring their own deadline
 * (functions/opensearch/deadline.ts); the timeout here is for those that bring none.
 */
export function openSearchAt(url: string): Client {
  const signer = url.startsWith('http:')
    ? {}
    : AwsSigv4Signer({ region: env('AWS_REGION'), service: 'es' })
  return new Client({ ...signer, node: url, maxRetries: 0, requestTimeout: 5_000 })
}
