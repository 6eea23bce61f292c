import { type ProblemType, problemTypes } from '../problems/problem.ts'
import { escaped, page } from './page.ts'

/** What each kind of problem means, and what its client does about it. */
export const explanations: Record<ProblemType, string> = {
  'malformed-request':
    'The body is missing, is not UTF-8 or is not JSON, or the gateway could not read the request. Send it again, put right.',
  'invalid-parameter':
    'A number in the path, a query parameter or a header is unknown, repeated or out of its bounds. errors[].parameter names it. Nothing is clamped: send what is meant.',
  'operator-key-required':
    'Creating and listing applications needs the header Authorization: Bearer with the key of the operator of this API. All other routes need the token of the application in the path alone.',
  forbidden: 'The gateway or its firewall refused the request before it reached the API.',
  'application-suspended':
    'The operator of this API has suspended the application: it takes no writes, or is not read either, as the detail says. Nothing is lost: what was accepted before is stored. Ask the operator; to send it again does not help until the suspension is lifted.',
  'not-found':
    'There is no such path, application, chat or message, or it or something above it was deleted. A chat under the token of another application is not found either.',
  'method-not-allowed':
    'The path is known, the method is not. The header Allow has those that are.',
  'precondition-failed':
    'The ETag in If-Match is no longer that of the resource: somebody changed it. Read it again, look at the change, and send the edit with the new ETag.',
  'payload-too-large':
    'The whole request has more bytes than GET /limits allows: as it was sent (request_bytes), or as it would be stored (stored_bytes). The gateway refuses what has more than 10 MB.',
  'unsupported-encoding':
    'The body came with a Content-Encoding such as gzip. Send it as it is: a request is small. Responses are packed for clients that accept it.',
  'invalid-field':
    'A field of the body is missing, unknown, or out of its bounds. errors[].pointer names each by a JSON Pointer. Nothing was stored and no number was used.',
  'idempotency-key-reused':
    'The Idempotency-Key was used within the last 24 hours for a request with another payload. A new request takes a new key.',
  'too-many-requests':
    'The application, or all clients together, asked for more than the rate allows. Retry-After has the seconds to wait; RateLimit and RateLimit-Policy have the rate of the application where it has one.',
  'headers-too-large':
    'The headers of the request have more than 16 KB together (10 KB on AWS), or are too many. Most of them are often cookies, which this API does not read: leave them out.',
  internal:
    'The request failed, and it is not the fault of the client. The request_id finds the reason in the log. A create with an Idempotency-Key can be sent again without harm.',
  unavailable:
    'Something that the request needs is away or overloaded, or too many requests wait for the same thing. Try again after Retry-After seconds; a create with the same Idempotency-Key.',
  timeout:
    'The response took too long. What was asked may have happened: read it, or send a create again with its Idempotency-Key.',
}

const section = (type: ProblemType): string => {
  const { status, title } = problemTypes[type]
  return `<section id="${type}"><h2>${status} ${escaped(title)} <code>${type}</code></h2><p>${escaped(explanations[type])}</p></section>`
}
const types = Object.keys(problemTypes).filter((type): type is ProblemType => type in explanations)

/** The page that the `type` of every problem leads to: its fragment is the kind. */
export const problemsHtml = page(
  'Problems',
  '../',
  '',
  `<main class="text">
<p>Errors are <code>application/problem+json</code> (RFC 9457): <code>type</code> leads here, <code>title</code> and <code>status</code> are those of the kind, <code>detail</code> says what it was this time, <code>request_id</code> finds it in the log, <code>errors</code> has each field or parameter.</p>
${types.map(section).join('\n')}
</main>`,
)
