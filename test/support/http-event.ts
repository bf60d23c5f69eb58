/** Requests as API Gateway's HTTP API hands them to a function, and what comes back, read. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export type EventOptions = {
  readonly method?: string;
  readonly rawPath?: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as it is; anything else as JSON. */
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
  /** Null for a request without a token. */
  readonly claims?: Readonly<Record<string, unknown>> | null;
  readonly requestId?: string;
};

export const issuer = 'https://issuer.example';

export function httpEvent(options: EventOptions = {}): APIGatewayProxyEventV2 {
  const { method = 'GET', rawPath = '/', claims = { iss: issuer, sub: 'alice' } } = options;
  const { body, query, path, headers, requestId = 'request-1', isBase64Encoded = false } = options;
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...headers },
    ...(query && { queryStringParameters: query }),
    ...(path && { pathParameters: path }),
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded,
    requestContext: {
      requestId,
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: '' },
      ...(claims && { authorizer: { jwt: { claims, scopes: ['orders'] } } }),
    },
  };
  return event as unknown as APIGatewayProxyEventV2;
}

export const invocation = (remainingMs = 20_000) => ({
  getRemainingTimeInMillis: () => remainingMs,
});

/** The body of an answer, as JSON. */
export const bodyOf = (answer: APIGatewayProxyStructuredResultV2): Record<string, unknown> =>
  JSON.parse(answer.body ?? 'null') as Record<string, unknown>;
