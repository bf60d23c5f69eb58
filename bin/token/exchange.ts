/** Client credentials in, access token out: RFC 6749, section 4.4, as Cognito has it. */
import { NoToken } from './no-token.ts';
import type { Role } from './options.ts';
import type { TokenSource } from './stack-outputs.ts';

const scopes: Readonly<Record<Role, string>> = {
  customer: 'everonce/orders',
  operator: 'everonce/operator',
};

const patienceMs = 10_000;

export interface Exchange {
  readonly source: TokenSource;
  readonly secret: string;
  readonly role: Role;
}

export async function exchangeForToken(
  { source, secret, role }: Exchange,
  fetch: typeof globalThis.fetch,
): Promise<string> {
  const { clientId, tokenUrl } = source;
  const answer = await fetch(tokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes[role] }),
    signal: AbortSignal.timeout(patienceMs),
  }).catch((error: Error) => {
    throw new NoToken(`${tokenUrl} could not be reached: ${reasonOf(error)}`, { cause: error });
  });
  const text = await answer.text();
  const token = answer.ok ? tokenIn(text) : undefined;
  if (token) return token;
  const said = text.trim().slice(0, 500) || 'nothing';
  throw new NoToken(`${tokenUrl} answered ${answer.status}, expected 200 and a token: ${said}`);
}

function tokenIn(text: string): string | undefined {
  try {
    const { access_token: token } = JSON.parse(text) as { access_token?: unknown };
    return typeof token === 'string' && token !== '' ? token : undefined;
  } catch {
    return undefined;
  }
}

/** What fetch itself says is "fetch failed"; the cause knows more. */
const reasonOf = ({ message, cause }: Error): string =>
  cause instanceof Error ? cause.message : message;
