/** One delivery by the queue: a record of the Lambda event, as far as persist needs it. */
export interface Delivery {
  messageId: string
  receiptHandle: string
  body: string
  attributes: { MessageGroupId?: string | undefined; ApproximateReceiveCount: string }
}

/** Sets when a delivery that is returned becomes visible again. */
export interface Visibility {
  /** In one call; at most 10. */
  retryIn(deliveries: { receiptHandle: string; seconds: number }[]): Promise<void>
}

const groupOf = (delivery: Delivery): string => delivery.attributes.MessageGroupId ?? ''

/**
 * What goes back to the queue: of each group the first delivery that is not done and everything
 * after it. If only the failed one were returned, those behind it would be acknowledged before it,
 * and the group would lose its order (measured for 3.3 % of the messages). What was stored already
 * is stored again, which changes nothing.
 */
export function returnedOf(deliveries: Delivery[], done: ReadonlySet<Delivery>): Delivery[] {
  const broken = new Set<string>()
  return deliveries.filter((delivery) => {
    if (!done.has(delivery)) broken.add(groupOf(delivery))
    return broken.has(groupOf(delivery))
  })
}

/**
 * 1, 2, 4 .. 64 s: a short fault costs a second, a lasting one little work. Not longer, for what
 * waits must begin to arrive within 150 s after MySQL is back, and an ordinary backlog must be
 * through by then (P6). After 1,000 receives, which take 17 hours, a message becomes a dead letter;
 * its request is still due, so the sweep sends it again.
 */
export const backoffSeconds = (receives: number): number =>
  Math.min(64, 2 ** Math.max(0, receives - 1))

/**
 * When to try again: one delay for all of a group, that of its first, for none goes before that.
 */
export function retriesOf(returned: Delivery[]): { receiptHandle: string; seconds: number }[] {
  const delays = new Map<string, number>()
  return returned.map((delivery) => {
    const seconds =
      delays.get(groupOf(delivery)) ??
      backoffSeconds(Number(delivery.attributes.ApproximateReceiveCount))
    delays.set(groupOf(delivery), seconds)
    return { receiptHandle: delivery.receiptHandle, seconds }
  })
}
