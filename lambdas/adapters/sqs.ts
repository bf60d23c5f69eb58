/** The one SQS client of a function, its delayed message, and its errors as the two faults. */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PermanentFault, TransientFault } from '../contract/faults.ts';
import { boundedCalls, lean } from './lean-client.ts';

export const createSqs = (): SQSClient =>
  lean(new SQSClient(boundedCalls({ tries: 3, requestMs: 2_000 })));

const permanent = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'InvalidAddress',
  'InvalidMessageContents',
  'InvalidParameterValue',
  'QueueDoesNotExist',
  'UnsupportedOperation',
]);

export function sqsFault(what: string, cause: unknown): TransientFault | PermanentFault {
  const name = cause instanceof Error ? cause.name : String(cause);
  const message = `${what}: ${name}`;
  return permanent.has(name)
    ? new PermanentFault(message, { cause })
    : new TransientFault(message, { cause });
}

export type DelayedMessage = {
  /** For the fault's message. */
  readonly what: string;
  readonly body: unknown;
  readonly seconds: number;
};

/** `body` as JSON onto a queue of ours, to be delivered after `seconds`. */
export async function sendLater(
  client: SQSClient,
  queue: string,
  { what, body, seconds }: DelayedMessage,
): Promise<void> {
  try {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queue,
        MessageBody: JSON.stringify(body),
        DelaySeconds: seconds,
      }),
    );
  } catch (cause) {
    throw sqsFault(what, cause);
  }
}
