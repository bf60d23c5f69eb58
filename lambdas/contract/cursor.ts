/** Where the next page of a list starts: opaque to clients, checked like any other input. */
import * as z from 'zod/mini';
import { RequestRefused } from './http.ts';

const longest = 2048;

/** A query parameter that may hold a cursor. */
export const cursorText = z.string().check(z.minLength(1), z.maxLength(longest));

export const writeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** Refuses with 400 what `writeCursor` did not make for this kind of list. */
export function readCursor<T>(cursor: string, position: z.ZodMiniType<T>): T {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const parsed = position.safeParse(jsonOf(text));
  if (parsed.success && writeCursor(parsed.data) === cursor) return parsed.data;
  throw new RequestRefused('invalid-request', 'The request does not match its schema.', {
    errors: [{ parameter: 'cursor', detail: 'is not a cursor of this list' }],
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
