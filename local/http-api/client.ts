/** Requests without a socket, as tests and the engine's own parts make them. */
import type { HttpRequest, HttpResponse } from './message.ts';

export interface EngineRequest {
  /** @default GET */
  readonly method?: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
}

export interface EngineResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly text: string;
  /** The body as JSON; `undefined` when it is empty. Throws when it is neither. */
  readonly json: unknown;
}

export function httpRequestOf({ method = 'GET', path, ...rest }: EngineRequest): HttpRequest {
  const body = bytesOf(rest.body);
  const headers = new Map<string, string>();
  if (rest.body !== undefined && !isRaw(rest.body)) headers.set('content-type', 'application/json');
  if (rest.token !== undefined) headers.set('authorization', `Bearer ${rest.token}`);
  for (const [name, value] of Object.entries(rest.headers ?? {}))
    headers.set(name.toLowerCase(), value);
  return { method, target: path, headers: [...headers], body, sourceIp: '127.0.0.1' };
}

export function engineResponseOf({ status, headers, cookies, body }: HttpResponse): EngineResponse {
  const text = body.toString();
  return {
    status,
    headers,
    cookies,
    text,
    get json() {
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
  };
}

const isRaw = (body: unknown): body is string | Uint8Array =>
  typeof body === 'string' || body instanceof Uint8Array;

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(isRaw(body) ? body : JSON.stringify(body));
}
