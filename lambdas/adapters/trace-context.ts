/** The W3C trace context of a request: the client's, or a new one that begins here. */
import { randomBytes } from 'node:crypto';

const valid = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const sampled = '01';

export function traceparentOf(header: string | undefined): string {
  const sent = header?.trim();
  if (sent && valid.test(sent)) return sent;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-${sampled}`;
}
