/** From a function's result to an HTTP answer, payload format 2.0. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { type HttpResponse, ownResponse } from './message.ts';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A result with a `statusCode` is an answer; any other JSON is the body of a 200. A shape that
 * cannot be an answer is a 500, as on AWS, and nothing of it gets out.
 */
export function proxyResponse(payload: unknown): HttpResponse {
  if (!isObject(payload) || payload.statusCode === undefined) return inferred(payload);
  const status = Number(payload.statusCode);
  const { body = '', headers = {}, cookies = [], isBase64Encoded = false } = payload;
  const isAnswer =
    Number.isInteger(status) &&
    status >= 200 &&
    status <= 599 &&
    (typeof body === 'string' || body === null) &&
    (headers === null || (isObject(headers) && areSendable(headers))) &&
    Array.isArray(cookies) &&
    cookies.every((cookie) => areSendable({ 'set-cookie': cookie }));
  if (!isAnswer) return ownResponse(500);
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  return { status, headers: flatten(headers ?? {}), cookies: cookies.map(String), body: bytes };
}

function inferred(payload: unknown): HttpResponse {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload ?? null);
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(text),
  };
}

function areSendable(headers: Json): boolean {
  try {
    for (const [name, value] of Object.entries(headers)) {
      if (typeof value === 'object') return false;
      validateHeaderName(name);
      validateHeaderValue(name, String(value));
    }
    return true;
  } catch {
    return false;
  }
}

/** What concerns the connection is the gateway's own: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const ofTheConnection: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'keep-alive', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
]);

function flatten(headers: Json): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (!ofTheConnection.has(name.toLowerCase())) flat[name.toLowerCase()] = String(value);
  flat['content-type'] ??= 'text/plain; charset=utf-8';
  return flat;
}
