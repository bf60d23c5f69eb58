/** AWS's JSON protocols on the wire: answers, error answers and the header SQS adds to them. */
import type { AwsError } from './service.ts';

export interface HttpCall {
  readonly method: string;
  /** Host name, without a port unless it is the local one. */
  readonly host: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export type Stamp = { readonly requestId: string; readonly date: string };

/** Namespace of error shapes and protocol version, by service. */
const dialects: Readonly<Record<string, { namespace: string; version: string }>> = {
  dynamodb: { namespace: 'com.amazonaws.dynamodb.v20120810#', version: '1.0' },
  sqs: { namespace: 'com.amazonaws.sqs#', version: '1.0' },
  states: { namespace: '', version: '1.0' },
};

/** Errors that come from the front of every service rather than from the service itself. */
const frontCodes: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);
const frontNamespace = 'com.amazon.coral.service#';

const otherDialect = { namespace: '', version: '1.1' };

/** Shapes of SQS whose code in the older query protocol, which clients still look at, differs. */
const queryCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

export function okAnswer(service: string, output: object, stamp: Stamp): HttpAnswer {
  return { status: 200, headers: headersOf(service, stamp), body: JSON.stringify(output) };
}

export function errorAnswer(service: string, error: AwsError, stamp: Stamp): HttpAnswer {
  const { code, status, message, members } = error;
  const headers = headersOf(service, stamp);
  if (service === 'sqs') headers['x-amzn-query-error'] = queryError(code, status);
  const { namespace: own } = dialects[service] ?? otherDialect;
  const namespace = frontCodes.has(code) ? frontNamespace : own;
  const __type = code.includes('#') ? code : `${namespace}${code}`;
  return { status, headers, body: JSON.stringify({ __type, message, ...members }) };
}

const queryError = (code: string, status: number): string =>
  `${queryCodes[code] ?? code};${status < 500 ? 'Sender' : 'Receiver'}`;

const headersOf = (service: string, { requestId, date }: Stamp): Record<string, string> => ({
  'content-type': `application/x-amz-json-${(dialects[service] ?? otherDialect).version}`,
  'x-amzn-requestid': requestId,
  date,
});
