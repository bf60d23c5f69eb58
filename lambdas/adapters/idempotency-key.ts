/** The Idempotency-Key header, and what is derived from a request that carries one. */
import { createHash } from 'node:crypto';
import { RequestRefused } from '../contract/http.ts';
import { limits } from '../contract/limits.ts';
import type { Principal } from '../domain/values.ts';
import { canonicalJson } from './canonical-json.ts';

/** No comma and no space: a header that was sent twice arrives joined by them, and is refused. */
const safe = new RegExp(`^[\\w.~:/+=@-]{1,${limits.idempotencyKeyLength}}$`);
const help = { link: '</openapi.json>; rel="help"' };

/** The key, sent bare or as a structured-field string (RFC 8941): `"key"`. Refuses with 400. */
export function readIdempotencyKey(headers: Readonly<Record<string, string | undefined>>): string {
  const header = headers['idempotency-key'];
  if (header === undefined)
    throw new RequestRefused('invalid-request', 'The request needs an Idempotency-Key header.', {
      headers: help,
    });
  const key = parseIdempotencyKey(header);
  if (key !== undefined) return key;
  throw new RequestRefused(
    'invalid-request',
    `The Idempotency-Key must be 1 to ${limits.idempotencyKeyLength} letters, digits or . _ ~ : / + = @ -`,
    { headers: help },
  );
}

export function parseIdempotencyKey(header: string): string | undefined {
  const trimmed = header.replace(/^[ \t]+|[ \t]+$/g, '');
  const isQuoted = trimmed.startsWith('"') && trimmed.endsWith('"');
  const key = isQuoted ? trimmed.slice(1, -1) : trimmed;
  return safe.test(key) ? key : undefined;
}

export type RequestScope = {
  readonly principal: Principal;
  /** Method and route, as `POST /orders`. */
  readonly route: string;
  readonly key: string;
};

/** SHA-256 of the scope, base64url, 43 characters. JSON keeps the parts apart. */
export const requestHash = ({ principal, route, key }: RequestScope): string =>
  sha256(JSON.stringify([principal.issuer, principal.subject, route, key]));

/** SHA-256 of a validated request: equal for equal meaning, however it was written. */
export const fingerprint = (request: unknown): string => sha256(canonicalJson(request));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
