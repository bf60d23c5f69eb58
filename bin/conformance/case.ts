/** One rule of AWS as a case: what it says, where it stands, and how any endpoint is asked for it. */
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams';
import type { SFN } from '@aws-sdk/client-sfn';
import type { SQS } from '@aws-sdk/client-sqs';
import type { Scratch } from './scratch.ts';

export interface Clients {
  readonly dynamodb: DynamoDB;
  readonly streams: DynamoDBStreams;
  readonly sqs: SQS;
  readonly states: SFN;
}

export interface Case {
  /** `<service>.<name>`, unique. */
  readonly id: string;
  /** One sentence that AWS documents. */
  readonly rule: string;
  /** The page that says so. */
  readonly source: string;
  /** Rejects with an AssertionError where the endpoint does otherwise. */
  run(clients: Clients, scratch: Scratch): Promise<void>;
}

/** What one endpoint made of one case. */
export type Outcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'differs'; readonly expected: string; readonly found: string }
  | { readonly kind: 'not answered'; readonly why: string };
