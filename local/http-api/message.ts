/** Requests and answers between the socket, or a test, and the HTTP API. */

export interface HttpRequest {
  readonly method: string;
  /** Path and query as sent, percent-encoded. */
  readonly target: string;
  /** Names in lower case, in the order sent; a name may occur more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly sourceIp: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Each a `set-cookie` of its own. */
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const body = Buffer.from(JSON.stringify(value));
  return { status, headers: { 'content-type': 'application/json', ...headers }, cookies: [], body };
}

/** What API Gateway says itself, before or instead of a function; the words are AWS's. */
const ownWords = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export const ownResponse = (
  status: keyof typeof ownWords,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => jsonResponse(status, { message: ownWords[status] }, headers);

/** All values of a header, comma-joined as HTTP permits; absent when it was not sent. */
export function headerOf(request: Pick<HttpRequest, 'headers'>, name: string): string | undefined {
  const values = request.headers.filter(([each]) => each === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(',');
}
