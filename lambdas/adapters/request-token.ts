/** `ClientRequestToken` of a command: the same for every invocation that repeats the same write. */
import { createHash } from 'node:crypto';

/** Longest token that DynamoDB accepts; 36 base64url characters keep 216 of the hash's bits. */
const tokenLength = 36;

/**
 * `parts` name the command and what its parameters depend on, so that equal tokens always come with
 * equal parameters. DynamoDB honours a token for 10 minutes: the conditions must suffice without it.
 */
export const requestToken = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, tokenLength);
