/** The SDK's clients for one endpoint: a URL, or AWS itself with the user's own credentials. */
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import type { Clients } from './case.ts';

/** What emulators take: no secrets of the user leave for a URL that was typed in. */
const settingsFor = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});

/** Longer than the longest long poll; else a silent endpoint is waited for without end. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 30_000 };

export function createClients(endpoint: string): Clients {
  const settings = { requestHandler, ...(endpoint !== 'aws' && settingsFor(endpoint)) };
  return {
    dynamodb: new DynamoDB(settings),
    streams: new DynamoDBStreams(settings),
    // A queue's URL names AWS's host; what is asked here is the endpoint.
    sqs: new SQS({ ...settings, useQueueUrlAsEndpoint: endpoint === 'aws' }),
    states: new SFN(settings),
  };
}

export function closeClients({ dynamodb, streams, sqs, states }: Clients): void {
  for (const client of [dynamodb, streams, sqs, states]) client.destroy();
}
