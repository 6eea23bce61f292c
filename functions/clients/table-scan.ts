import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb'
import type { Item } from '../protocol/ports/table.ts'
import { type Native, plain } from './dynamodb.ts'

/**
 * Every item of the table, page by page (1 MB each), strongly consistent, with these attributes
 * alone. Of a table that is being written to, each item is as it was when its page was read.
 */
export async function* scanOf(
  client: DynamoDBClient,
  TableName: string,
  attributes: string[],
): AsyncGenerator<Item[]> {
  const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]))
  let start: Native | undefined
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName,
        ConsistentRead: true,
        ProjectionExpression: Object.keys(names).join(', '),
        ExpressionAttributeNames: names,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    )
    yield (page.Items ?? []).map(plain)
    start = page.LastEvaluatedKey
  } while (start)
}
