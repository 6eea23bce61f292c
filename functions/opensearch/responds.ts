import { type Client, errors } from '@opensearch-project/opensearch'
import { within } from './deadline.ts'

/** A node answers this at once, however many searches it is at. */
const pingMs = 500

/**
 * Whether OpenSearch is there: it takes a connection and answers the cheapest request there is
 * (HEAD /) within half a second. A refusal (4xx) is an answer too. Never throws.
 */
export async function responds(client: Client): Promise<boolean> {
  try {
    await within(pingMs, client.ping())
    return true
  } catch (error) {
    return error instanceof errors.ResponseError && (error.statusCode ?? 500) < 500
  }
}
