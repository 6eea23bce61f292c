import * as v from 'valibot'

export const dependencyState = v.pipe(
  v.picklist(['up', 'down', 'absent']),
  v.description('absent: the API runs without it.'),
  v.examples(['up']),
)

/** The response to `GET /health`; `deep=1` adds the state of each dependency. */
export const healthResponse = v.strictObject({
  status: v.pipe(
    v.picklist(['ok', 'degraded']),
    v.description('ok: creates are accepted; degraded: they are, but a dependency is down.'),
    v.examples(['ok']),
  ),
  dependencies: v.exactOptional(
    v.pipe(
      v.strictObject({
        dynamodb: dependencyState,
        sqs: dependencyState,
        mysql: dependencyState,
        opensearch: dependencyState,
      }),
      v.description('The state of each dependency, with `deep=1` alone.'),
    ),
  ),
})
