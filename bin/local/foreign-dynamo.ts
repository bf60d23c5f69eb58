/** A DynamoDB that somebody else runs: asked whether it is there before anything is built on it. */
import { setTimeout as pause } from 'node:timers/promises';
import { createDynamoClient } from '../../local/dynamodb/client.ts';
import { AwsError } from '../../local/gateway/service.ts';

export class DynamoUnreachable extends Error {
  override readonly name = 'DynamoUnreachable';
}

export async function expectDynamo(endpoint: string, limitMs = 10_000): Promise<void> {
  const client = createDynamoClient(endpoint);
  try {
    await Promise.race([client.send('DynamoDB_20120810.ListTables', {}), tooLate(limitMs)]);
  } catch (cause) {
    throw new DynamoUnreachable(
      `No DynamoDB answers at DYNAMODB_ENDPOINT=${endpoint} (${reasonOf(cause)}). ` +
        'Start it first, or leave the variable out: then one is brought along.',
      { cause },
    );
  } finally {
    // Nobody waits for it: a server that never answers would never let it close.
    client.close().catch(() => {});
  }
}

async function tooLate(limitMs: number): Promise<never> {
  await pause(limitMs, undefined, { ref: false });
  throw new Error(`no answer within ${limitMs / 1000} s`);
}

function reasonOf(cause: unknown): string {
  const { message } = cause as Error;
  if (cause instanceof AwsError) return `${cause.code}: ${message}`;
  return cause instanceof SyntaxError ? `what answers there is none: ${message}` : message;
}
