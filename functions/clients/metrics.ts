import type { Metric } from '../protocol/ports/log.ts'
import { optionalEnv } from './env.ts'
import { log } from './log.ts'

/**
 * Writes counts as one log line in CloudWatch's embedded metric format, which needs no call and no
 * endpoint. Zeros are left out. Without dimensions each name is one metric in the namespace,
 * which the alarms watch (lib/alarm-rules.ts).
 */
export function countMetrics(counts: Partial<Record<Metric, number>>): void {
  const some = Object.entries(counts).filter(([, value]) => value > 0)
  if (some.length === 0) return
  const metrics = some.map(([Name]) => ({ Name, Unit: 'Count' }))
  log('metrics', {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: optionalEnv('METRICS_NAMESPACE') ?? 'Chat',
          Dimensions: [[]],
          Metrics: metrics,
        },
      ],
    },
    ...Object.fromEntries(some),
  })
}
