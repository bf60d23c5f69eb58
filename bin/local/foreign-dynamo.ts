/** A DynamoDB that somebody else runs: asked whether it is there before anything is built on it. */
import { createDynamoClient } from '../../local/dynamodb/client.ts';
import { AwsError } from '../../local/gateway/service.ts';

export class DynamoUnreachable extends Error {
  override readonly name = 'DynamoUnreachable';
}

export async function expectDynamo(endpoint: string): Promise<void> {
  const client = createDynamoClient(endpoint);
  try {
    await client.send('DynamoDB_20120810.ListTables', {});
  } catch (cause) {
    const { message } = cause as Error;
    const what = cause instanceof AwsError ? `${cause.code}: ${message}` : message;
    throw new DynamoUnreachable(
      `No DynamoDB answers at DYNAMODB_ENDPOINT=${endpoint} (${what}). ` +
        'Start it first, or leave the variable out: then one is brought along.',
      { cause },
    );
  } finally {
    await client.close();
  }
}
