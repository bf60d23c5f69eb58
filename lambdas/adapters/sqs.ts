/** The one SQS client of a function, and the translation of its errors into the two faults. */
import { SQSClient } from '@aws-sdk/client-sqs';
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
