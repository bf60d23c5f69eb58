/** Real tables of the given keys in a DynamoDB of the test file's own, for contract tests. */
import {
  CreateTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { startDynoxide } from '../../local/dynamodb/dynoxide.ts';

export type LocalTables = {
  readonly client: DynamoDBClient;
  /** Deletes every item. */
  reset(): void;
  stop(): Promise<void>;
};

/** `keys`: table name → names of its partition key and, if any, its sort key. */
export async function startLocalTables(
  keys: Readonly<Record<string, readonly [string, string?]>>,
): Promise<LocalTables> {
  const dynamo = await startDynoxide();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({
    endpoint: dynamo.endpoint,
    region: 'eu-west-1',
    credentials,
  });
  for (const [TableName, names] of Object.entries(keys)) {
    const own = names.filter((name) => name !== undefined);
    const KeySchema: KeySchemaElement[] = own.map((AttributeName, index) => ({
      AttributeName,
      KeyType: index === 0 ? 'HASH' : 'RANGE',
    }));
    const AttributeDefinitions = own.map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S' as const,
    }));
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema,
        AttributeDefinitions,
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  }
  return {
    client,
    reset: () => dynamo.reset(),
    async stop() {
      client.destroy();
      await dynamo.stop();
    },
  };
}
