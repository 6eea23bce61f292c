import { randomBytes } from 'node:crypto'
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { tableOf } from '../../functions/clients/dynamodb.ts'
import { scanOf } from '../../functions/clients/table-scan.ts'
import type { Item, Key, Table } from '../../functions/protocol/ports/table.ts'

export interface TestTable {
  name: string
  client: DynamoDBClient
  table: Table
  /** Every item with these attributes, page by page. */
  scan(attributes: string[]): AsyncGenerator<Item[]>
  /** Deletes every item, as in a table that was lost and made again. */
  empty(): Promise<void>
  drop(): Promise<void>
}

/** A table of its own at AWS_ENDPOINT_URL, as lib/tables.ts makes it. */
export async function emptyTable(): Promise<TestTable> {
  const client = new DynamoDBClient({})
  const TableName = `test-${randomBytes(6).toString('hex')}`
  const number = (AttributeName: string) => ({ AttributeName, AttributeType: 'N' as const })
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const })
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [text('pk'), text('sk'), number('due_shard'), number('due')],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'due_shard', KeyType: 'HASH' },
            { AttributeName: 'due', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  )
  const table = tableOf(client, TableName)
  const scan = (attributes: string[]) => scanOf(client, TableName, attributes)
  return {
    name: TableName,
    client,
    table,
    scan,
    async empty() {
      for await (const page of scan(['pk', 'sk']))
        for (const { pk, sk } of page) {
          const Key: Key = { pk: String(pk), sk: String(sk) }
          await table.delete({ Key })
        }
    },
    async drop() {
      await client.send(new DeleteTableCommand({ TableName }))
      client.destroy()
    },
  }
}
