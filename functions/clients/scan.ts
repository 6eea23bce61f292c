import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Item } from '../protocol/ports.ts'

/**
 * Every item of the table, page by page (1 MB each), strongly consistent, with these attributes alone; a table that is
 * scanned while it is written to shows each item as it is when its page is read.
 */
export async function* scanOf(
  client: DynamoDBClient,
  TableName: string,
  attributes: string[],
): AsyncGenerator<Item[]> {
  const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]))
  let start: Record<string, never> | undefined
  do {
    const page = await client.send(
      new ScanCommand({
        TableName,
        ConsistentRead: true,
        ProjectionExpression: Object.keys(names).join(', '),
        ExpressionAttributeNames: names,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    )
    yield (page.Items ?? []).map((item) => unmarshall(item) as Item)
    start = page.LastEvaluatedKey as typeof start
  } while (start)
}
