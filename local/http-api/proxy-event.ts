/** The event that API Gateway hands to a function, payload format 2.0. */
import { accountId, region } from '../template/model.ts';
import { type HttpRequest, headerOf } from './message.ts';
import type { RouteMatch } from './route-table.ts';

export interface Authorized {
  /** Every value as a string, whatever it was in the token. */
  readonly claims: Readonly<Record<string, string>>;
  /** Scopes of the token, when the route asks for any. */
  readonly scopes: readonly string[] | null;
}

export interface Circumstances {
  readonly apiId: string;
  readonly requestId: string;
  readonly nowMs: number;
  readonly match: RouteMatch;
  readonly authorized: Authorized | undefined;
}

export function proxyEvent(request: HttpRequest, circumstances: Circumstances): object {
  const { match } = circumstances;
  const [path = '', query = ''] = splitTarget(request.target);
  const cookies = request.headers.filter(([name]) => name === 'cookie');
  const isText = isTextual(headerOf(request, 'content-type'));
  const parameters = queryParameters(query);
  return {
    version: '2.0',
    routeKey: match.route.key,
    // API Gateway decodes the path of an HTTP API, and leaves the query as it came.
    rawPath: decodeURIComponent(path),
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies: cookies.flatMap(([, value]) => value.split(/;\s*/)) }),
    headers: joinHeaders(request, circumstances),
    ...(query !== '' && { queryStringParameters: parameters }),
    requestContext: requestContext(request, circumstances),
    ...(Object.keys(match.parameters).length > 0 && { pathParameters: match.parameters }),
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/** Path and query around the first question mark. */
export function splitTarget(target: string): [path: string, query: string] {
  const at = target.indexOf('?');
  return at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

function requestContext(request: HttpRequest, circumstances: Circumstances): object {
  const { apiId, requestId, nowMs, match, authorized } = circumstances;
  const domainName = domainOf(request, apiId);
  return {
    accountId,
    apiId,
    ...(authorized && { authorizer: { jwt: authorized } }),
    domainName,
    domainPrefix: domainName.split('.')[0],
    http: {
      method: request.method,
      path: decodeURIComponent(splitTarget(request.target)[0]),
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: headerOf(request, 'user-agent') ?? '',
    },
    requestId,
    routeKey: match.route.key,
    stage: '$default',
    time: accessLogTime(nowMs),
    timeEpoch: nowMs,
  };
}

const domainOf = (request: HttpRequest, apiId: string): string =>
  headerOf(request, 'host') ?? `${apiId}.execute-api.${region}.amazonaws.com`;

/** Lower-case names, repeated ones comma-joined, cookies apart, and what API Gateway adds. */
function joinHeaders(request: HttpRequest, circumstances: Circumstances): Record<string, string> {
  const { requestId, nowMs, apiId } = circumstances;
  const domain = domainOf(request, apiId);
  const added: [string, string][] = [
    ['content-length', String(request.body.length)],
    ['host', domain],
    ['x-amzn-trace-id', traceId(requestId, nowMs)],
    ['x-forwarded-for', request.sourceIp],
    ['x-forwarded-port', '443'],
    ['x-forwarded-proto', 'https'],
  ];
  const names = new Set(request.headers.map(([name]) => name));
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of added) if (!names.has(name)) headers[name] = value;
  for (const [name, value] of request.headers) {
    if (name === 'cookie') continue;
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before},${value}`;
  }
  return { ...headers };
}

/** Repeated parameters are comma-joined. */
function queryParameters(query: string): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

/** Bodies of other types reach the function in base64, forms and bodies without a type included. */
const isTextual = (contentType: string | undefined): boolean =>
  /^\s*(text\/|application\/(json|javascript|xml)\b|[^;]*\+(json|xml)\b)/i.test(contentType ?? '');

const traceId = (requestId: string, nowMs: number): string => {
  const seconds = Math.floor(nowMs / 1000).toString(16);
  return `Root=1-${seconds}-${Buffer.from(requestId).toString('hex').slice(0, 24)}`;
};

/** `12/Mar/2020:19:03:58 +0000`, as in Apache's logs. */
function accessLogTime(nowMs: number): string {
  const [, day, month, year, time] = new Date(nowMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
