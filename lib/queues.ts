import { Duration } from 'aws-cdk-lib'
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { queueMessageBytes } from '../functions/limits/limits.ts'
import type { Settings } from './settings.ts'

/** How long a batch of persist may take. The queue's visibility timeout follows from it. */
export const persistTimeout = Duration.seconds(20)

/**
 * `chat` leads from accept to persist, FIFO by chat. `dead` has what was received 1,000 times and
 * never acknowledged; that is the maximum, because an outage of hours must not move good messages
 * away. `quarantine` has what can never be persisted, with its reason.
 */
export class Queues extends Construct {
  readonly chat: Queue
  readonly dead: Queue
  readonly quarantine: Queue

  constructor(scope: Construct, id: string, { target }: Settings) {
    super(scope, id)
    const kept: QueueProps = {
      retentionPeriod: Duration.days(14),
      maxMessageSizeBytes: queueMessageBytes,
      enforceSSL: target === 'aws',
    }
    // High throughput. Without both settings all chats together share 300 calls a second.
    const fifo: QueueProps = {
      ...kept,
      fifo: true,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    }
    this.dead = new Queue(this, 'Dead', fifo)
    this.quarantine = new Queue(this, 'Quarantine', kept)
    this.chat = new Queue(this, 'Chat', {
      ...fifo,
      // AWS asks for 6 times the function's timeout: a throttled batch is received again before it
      // runs.
      visibilityTimeout: Duration.seconds(6 * persistTimeout.toSeconds()),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: 1000 },
    })
  }
}
