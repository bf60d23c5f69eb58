/**
 * API Gateway's HTTP API (payload 2.0) around a route: reads untrusted requests, and turns every
 * outcome, faults included, into an answer that tells the client what to do and nothing about us.
 */
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type * as z from 'zod/mini';
import { TransientFault } from '../contract/faults.ts';
import { type HttpAnswer, type HttpRequest, RequestRefused, refusal } from '../contract/http.ts';
import { limits } from '../contract/limits.ts';
import type { ProblemError } from '../contract/problems.ts';
import type { Principal } from '../domain/values.ts';
import { parseStrictJson } from './request-json.ts';
import { describeIssues } from './schema-issues.ts';

type Invocation = Pick<Context, 'getRemainingTimeInMillis'>;
/** What the JWT authorizer adds to the request's context; absent on public routes. */
type Authorized = {
  readonly authorizer?: { readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> } };
};

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Invocation,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Makes a Lambda handler out of a route. */
export function httpEntry(handle: (request: HttpRequest) => Promise<HttpAnswer>): HttpHandler {
  return async (event, context) => {
    try {
      return gatewayAnswer(await handle(httpRequest(event, context)));
    } catch (error) {
      return gatewayAnswer(answerOf(error, event));
    }
  };
}

export function httpRequest(event: APIGatewayProxyEventV2, context: Invocation): HttpRequest {
  const headers = event.headers ?? {};
  return {
    get principal() {
      return principalOf(event.requestContext as Authorized);
    },
    method: event.requestContext.http.method,
    rawPath: event.rawPath,
    path: event.pathParameters ?? {},
    headers,
    requestId: event.requestContext.requestId,
    readJson: (schema) =>
      readBy(schema, bodyOf(event), (path, detail) => ({ pointer: pointerTo(path), detail })),
    readQuery: (schema) =>
      readBy(schema, { ...event.queryStringParameters }, (path, detail) => ({
        parameter: path.join('.'),
        detail,
      })),
    remainingMs: () => context.getRemainingTimeInMillis(),
  };
}

function gatewayAnswer({ status, headers, body }: HttpAnswer): APIGatewayProxyStructuredResultV2 {
  const always = { 'cache-control': 'private, no-cache', 'x-content-type-options': 'nosniff' };
  if (body === undefined) return { statusCode: status, headers: { ...always, ...headers } };
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', ...always, ...headers },
    body: JSON.stringify(body),
  };
}

function answerOf(error: unknown, event: APIGatewayProxyEventV2): HttpAnswer {
  if (error instanceof RequestRefused) return error.answer;
  logFault(error, event);
  if (error instanceof TransientFault)
    return refusal('unavailable', 'Nothing is known to be lost. Repeat the same request.', {
      'retry-after': '1',
    });
  return refusal('internal-error', 'The request was understood, but could not be served.');
}

/** A fault's message names calls and ids; any other error's may quote the payload and is left out. */
function logFault(error: unknown, { routeKey, requestContext }: APIGatewayProxyEventV2): void {
  const { name, message, stack } = error instanceof Error ? error : new Error('not an error');
  const isFault = name === 'TransientFault' || name === 'PermanentFault';
  const frames = stack?.split('\n').filter((frame) => /^\s+at /.test(frame));
  console.error(
    JSON.stringify({
      level: name === 'TransientFault' ? 'WARN' : 'ERROR',
      route: routeKey,
      requestId: requestContext.requestId,
      fault: name,
      ...(isFault ? { message } : { at: frames?.slice(0, 8).map((frame) => frame.trim()) }),
    }),
  );
}

function principalOf({ authorizer }: Authorized): Principal {
  const { iss, sub } = authorizer?.jwt?.claims ?? {};
  if (isName(iss, limits.issuerLength) && isName(sub, limits.subjectLength))
    return { issuer: iss, subject: sub };
  throw new RequestRefused('unauthenticated', 'The token needs an issuer and a subject.', {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
}

const isName = (claim: unknown, longest: number): claim is string =>
  typeof claim === 'string' && claim !== '' && claim.length <= longest && claim.isWellFormed();

function bodyOf(event: APIGatewayProxyEventV2): unknown {
  const contentType = event.headers?.['content-type'] ?? '';
  if (!/^\s*application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType))
    throw new RequestRefused('unsupported-media-type', 'Send the body as application/json.');
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > limits.bodyBytes)
    throw new RequestRefused(
      'payload-too-large',
      `The body has ${bytes.length} bytes; at most ${limits.bodyBytes} are read.`,
    );
  const text = utf8(bytes);
  // API Gateway hands JSON over as text, with this in the place of bytes that are not UTF-8.
  if (text.includes('\ufffd'))
    throw new RequestRefused('invalid-request', 'The body is not UTF-8, or holds U+FFFD.');
  return parseStrictJson(text);
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RequestRefused('invalid-request', 'The body is not UTF-8.');
  }
}

function readBy<T>(
  schema: z.ZodMiniType<T>,
  value: unknown,
  place: (path: readonly PropertyKey[], detail: string) => ProblemError,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = describeIssues(parsed.error.issues).map(({ path, detail }) => place(path, detail));
  throw new RequestRefused('invalid-request', 'The request does not match its schema.', { errors });
}

const pointerTo = (path: readonly PropertyKey[]): string =>
  `#${path.map((part) => `/${encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;
