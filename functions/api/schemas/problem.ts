import * as v from 'valibot'

const text = v.pipe(v.string(), v.minLength(1))

/** The response to every error, as application/problem+json (RFC 9457). */
export const problemSchema = v.strictObject({
  type: v.pipe(
    text,
    v.metadata({ format: 'uri-reference', pattern: '/docs/problems#[a-z-]+$' }),
    v.description('Leads to the explanation of the kind; its fragment is the kind'),
  ),
  title: text,
  status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
  detail: text,
  request_id: text,
  errors: v.exactOptional(
    v.array(
      v.strictObject({
        detail: text,
        pointer: v.exactOptional(v.pipe(v.string(), v.description('JSON Pointer into the body'))),
        parameter: v.exactOptional(
          v.pipe(v.string(), v.description('Name of a path or query parameter or of a header')),
        ),
      }),
    ),
  ),
})
