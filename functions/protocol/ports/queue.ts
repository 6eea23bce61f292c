export interface QueueMessage {
  group: string
  deduplication: string
  body: string
}
/** The FIFO queue that persist consumes, and the plain one for what can never be persisted. */
export interface Queue {
  /** One message, one attempt, within `timeoutMs`. */
  send(message: QueueMessage, timeoutMs: number): Promise<void>
  /** At most 10; returns of each whether it was taken. */
  sendBatch(messages: QueueMessage[]): Promise<boolean[]>
  /**
   * How many messages it has, those in flight included; may be a minute old. Rejects where it does
   * not say so, and is 0 for some seconds after that.
   */
  depth(): Promise<number>
}
export interface Quarantine {
  put(body: string, reason: string): Promise<void>
}
