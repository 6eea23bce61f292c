import * as v from 'valibot'

const state = v.picklist(['up', 'down', 'absent'])

/** The response to `GET /health`; `deep=1` adds the state of each dependency. */
export const healthResponse = v.strictObject({
  status: v.picklist(['ok', 'degraded']),
  dependencies: v.exactOptional(
    v.strictObject({ dynamodb: state, sqs: state, mysql: state, opensearch: state }),
  ),
})
