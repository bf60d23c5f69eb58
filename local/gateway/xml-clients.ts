/**
 * Clients that speak AWS's XML protocols: query, as STS does and SQS did before 2023, and S3's. The
 * engine speaks neither, and says so in the XML that they can read.
 */
import type { HttpAnswer, HttpCall } from './protocol.ts';
import { serviceOf } from './routing.ts';

/** Nothing for a client that speaks JSON. */
export function refuseXmlClient(call: HttpCall): HttpAnswer | undefined {
  const service = serviceOf(call);
  if (service === 's3') {
    const message = `${call.method} ${call.path}: the local port has no S3. ${served}`;
    return xml(`<Error>${inside('UnknownEndpoint', message)}</Error>`);
  }
  if (!call.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return;
  const action = new URLSearchParams(call.body.toString()).get('Action') ?? 'no action';
  const message = `${service}.${action} came in the query protocol. ${served}${advice(service)}`;
  const error = `<Type>Sender</Type>${inside('UnsupportedProtocol', message)}`;
  return xml(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
}

const served =
  'The local engine answers DynamoDB, DynamoDB Streams, SQS and Step Functions, in JSON only';

const advice = (service: string): string =>
  service === 'sqs' ? ': use an AWS CLI or SDK from 2024 or later, which speak JSON to SQS.' : '.';

const inside = (code: string, message: string): string =>
  `<Code>${code}</Code><Message>${escaped(message)}</Message>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const xml = (body: string): HttpAnswer => ({
  status: 400,
  headers: { 'content-type': 'text/xml' },
  body: `<?xml version="1.0"?>${body}`,
});
