/**
 * The ports are what the protocol needs of the world. Production wires them to AWS, MySQL and
 * OpenSearch (functions/clients), the simulation to memory under a seeded scheduler; so it runs the
 * production code itself. A table's inputs are DynamoDB's own, in plain JavaScript values; the
 * adapter adds the table's name and marshals.
 */

export type Attribute = string | number | boolean | null | { [name: string]: Attribute }
export type Item = { [name: string]: Attribute }
export interface Key {
  pk: string
  sk: string
}

interface Expression {
  ConditionExpression?: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, Attribute>
}
export interface Put extends Expression {
  Item: Item
}
export interface Update extends Expression {
  Key: Key
  UpdateExpression: string
}
export interface Delete extends Expression {
  Key: Key
}
export interface Query {
  IndexName?: string
  KeyConditionExpression: string
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues: Record<string, Attribute>
  ScanIndexForward?: boolean
  Limit?: number
  ExclusiveStartKey?: Item
}

/**
 * `done`: of an update the item as it is now. Not `done`: the condition failed, and the item is as
 * it stands, undefined where there is none.
 */
export type Written =
  | { done: true; item: Item | undefined }
  | { done: false; item: Item | undefined }

/** One DynamoDB table. All reads are strongly consistent except queries on an index. */
export interface Table {
  get(key: Key): Promise<Item | undefined>
  /**
   * Any number of keys; the items come in their order. Missing ones are undefined. With
   * `attributes` the items have these only, so that no body is loaded that nobody looks at.
   */
  batchGet(keys: Key[], attributes?: string[]): Promise<(Item | undefined)[]>
  put(input: Put): Promise<Written>
  update(input: Update): Promise<Written>
  delete(input: Delete): Promise<Written>
  /** One page. */
  query(input: Query): Promise<{ items: Item[]; next: Item | undefined }>
  /** All or nothing; false: a condition failed. */
  transact(inputs: (Put | Update | Delete)[]): Promise<boolean>
}
