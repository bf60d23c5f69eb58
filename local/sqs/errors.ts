/** The errors SQS answers; the gateway adds the older codes that clients still get beside them. */
import { AwsError } from '../gateway/service.ts';

export const queueDoesNotExist = (): AwsError =>
  new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');

export const missingParameter = (name: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);

export const invalidParameter = (name: string, value: unknown, reason: string): AwsError =>
  new AwsError(
    'InvalidParameterValue',
    `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: ${reason}`,
  );

export const invalidReceiptHandle = (handle: unknown): AwsError =>
  new AwsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle ${JSON.stringify(handle)} is not a valid receipt handle.`,
  );
