/** Lists in pages: ListQueues and ListDeadLetterSourceQueues answer a token only when asked for pages. */
import { invalidParameter } from './errors.ts';
import { integerOf } from './seconds.ts';

const longestPage = 1000;

export interface Page {
  readonly urls: readonly string[];
  readonly nextToken: string | undefined;
}

/** The token holds the last URL of the page before it, so that new queues move nothing. */
export function pageOf(urls: readonly string[], input: Readonly<Record<string, unknown>>): Page {
  const asked = integerOf(input, 'MaxResults', { min: 1, max: longestPage });
  const after = lastOf(input.NextToken);
  const rest = [...urls].sort().filter((url) => after === undefined || url > after);
  const page = rest.slice(0, asked ?? longestPage);
  const last = page.at(-1);
  const hasMore = asked !== undefined && last !== undefined && rest.length > page.length;
  return { urls: page, nextToken: hasMore ? Buffer.from(last).toString('base64') : undefined };
}

function lastOf(token: unknown): string | undefined {
  if (token === undefined || token === null) return undefined;
  const url = Buffer.from(String(token), 'base64').toString();
  if (url.startsWith('https://')) return url;
  throw invalidParameter('NextToken', token, 'It is no token that this list has answered.');
}
