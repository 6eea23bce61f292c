export type Metric =
  | 'Stored'
  | 'Collisions'
  | 'Parked'
  | 'Returned'
  | 'IndexRefused'
  | 'RateUnchecked'

/**
 * Counts as one log line in CloudWatch's embedded metric format: no call, no endpoint. Zeros are
 * left out; without dimensions each name is one metric in the namespace `Chat`, which the alarms
 * watch.
 */
export function countMetrics(counts: Partial<Record<Metric, number>>): void {
  const some = Object.entries(counts).filter(([, value]) => value > 0)
  if (some.length === 0) return
  const metrics = some.map(([Name]) => ({ Name, Unit: 'Count' }))
  console.log(
    JSON.stringify({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [{ Namespace: 'Chat', Dimensions: [[]], Metrics: metrics }],
      },
      ...Object.fromEntries(some),
    }),
  )
}
