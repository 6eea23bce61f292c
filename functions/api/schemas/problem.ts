import * as v from 'valibot'

const text = (description: string, example: string) =>
  v.pipe(v.string(), v.minLength(1), v.description(description), v.examples([example]))

/** What is wrong with one field or parameter. */
export const fieldErrorSchema = v.strictObject({
  detail: text('What is wrong with it.', 'must not be blank'),
  pointer: v.exactOptional(
    v.pipe(
      v.string(),
      v.description('JSON Pointer to the field in the body.'),
      v.examples(['/messages/3/body']),
    ),
  ),
  parameter: v.exactOptional(
    v.pipe(
      v.string(),
      v.description('Name of a path or query parameter or of a header.'),
      v.examples(['limit']),
    ),
  ),
})

/** The response to every error, as application/problem+json (RFC 9457). */
export const problemSchema = v.strictObject({
  type: v.pipe(
    v.string(),
    v.minLength(1),
    // Not with a slash at its beginning: generators take it for the sign that encloses a pattern.
    v.metadata({ format: 'uri-reference', pattern: '^.*/docs/problems#[a-z-]+$' }),
    v.description('Leads to the explanation of the kind; its fragment is the kind.'),
    v.examples(['/docs/problems#invalid-field']),
  ),
  title: text('The kind in words.', 'Invalid field'),
  status: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(400),
    v.maxValue(599),
    v.metadata({ format: 'int32' }),
    v.description('The status of the response.'),
    v.examples([422]),
  ),
  detail: text('What it was this time.', 'body must not be blank'),
  request_id: text('Finds the request in the log.', '1f6b2f6e-6a38-4c5e-9a57-5c1f0b4f3f0a'),
  errors: v.exactOptional(
    v.pipe(v.array(fieldErrorSchema), v.description('Each field or parameter that was wrong.')),
  ),
})
