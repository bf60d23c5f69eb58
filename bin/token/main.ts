/** The course of `npm run token`: outputs, secret, token. Only the token goes to stdout. */
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { showUsage } from '../command/command-line.ts';
import { readClientSecret, regionOf } from './client-secret.ts';
import { exchangeForToken } from './exchange.ts';
import { NoToken } from './no-token.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { readTokenSource } from './stack-outputs.ts';

export interface Surroundings {
  readonly fetch: typeof globalThis.fetch;
  cognito(region: string): Pick<CognitoIdentityProviderClient, 'send'>;
  /** A line on stdout, and one on stderr. */
  out(line: string): void;
  error(line: string): void;
}

/** Resolves with the exit status. */
export async function main(args: readonly string[], around: Surroundings): Promise<number> {
  const parsed = parseOptions(args);
  if (parsed.kind !== 'run') return showUsage(parsed, usage, around);
  try {
    around.out(await fetchToken(parsed.options, around));
    return 0;
  } catch (error) {
    if (!(error instanceof NoToken)) throw error;
    around.error(`No token: ${error.message}`);
    return 1;
  }
}

async function fetchToken(
  { role, outputsFile }: Options,
  { fetch, cognito }: Surroundings,
): Promise<string> {
  const source = readTokenSource(outputsFile, role);
  const secret = await readClientSecret(cognito(regionOf(source)), source);
  return exchangeForToken({ source, secret, role }, fetch);
}
