/**
 * Issues the tokens that the user pool would on AWS: RS256 access tokens for whatever issuer and
 * audience the template's authorizer names. Their key stays as long as the journal does.
 */
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { Journal } from '../journal/journal.ts';
import type { Kernel } from '../kernel/kernel.ts';

export interface TokenRequest {
  readonly sub: string;
  /** Space-separated. */
  readonly scope: string;
  readonly issuer: string;
  readonly audience: string;
  /** Claims beside or instead of the usual ones; `undefined` leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface TokenIssuer {
  /** A token good for an hour by the kernel's clock. */
  issue(request: TokenRequest): Promise<string>;
  /** What tokens are verified with. */
  publicKey(): Promise<CryptoKey>;
}

export const tokenLifetimeSeconds = 3600;
export const keyId = 'local';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
/** Made once a process and only when first needed: an RSA key costs some 100 ms. */
let newKeyPair: Promise<KeyPair> | undefined;

export function createTokenIssuer(kernel: Kernel, { database }: Journal): TokenIssuer {
  database.exec('CREATE TABLE IF NOT EXISTS tokens_key (private_jwk TEXT NOT NULL)');
  let own: Promise<KeyPair> | undefined;
  const keys = () => {
    own ??= keptKeyPair(database);
    return own;
  };
  return {
    issue: ({ sub, scope, issuer, audience, claims }) => {
      const iat = Math.floor(kernel.now() / 1000);
      const usual = { client_id: audience, scope, token_use: 'access', sub, iss: issuer };
      const times = { iat, exp: iat + tokenLifetimeSeconds };
      const token = new SignJWT({ ...usual, aud: audience, ...times, ...claims });
      token.setProtectedHeader({ alg: 'RS256', kid: keyId });
      return kernel.outside('sign a token', async () => token.sign((await keys()).privateKey));
    },
    publicKey: async () => (await keys()).publicKey,
  };
}

async function keptKeyPair(database: Journal['database']): Promise<KeyPair> {
  const kept = database.prepare('SELECT private_jwk FROM tokens_key').get();
  if (kept) return keyPairOf(JSON.parse(String(kept.private_jwk)) as JWK);
  newKeyPair ??= generateKeyPair('RS256', { extractable: true });
  const pair = await newKeyPair;
  const jwk = JSON.stringify(await exportJWK(pair.privateKey));
  database.prepare('INSERT INTO tokens_key VALUES (?)').run(jwk);
  return pair;
}

async function keyPairOf(jwk: JWK): Promise<KeyPair> {
  const { kty, n, e } = jwk as { kty: 'RSA'; n: string; e: string };
  const [privateKey, publicKey] = await Promise.all([
    importJWK(jwk, 'RS256'),
    importJWK({ kty, n, e }, 'RS256'),
  ]);
  return { privateKey, publicKey } as KeyPair;
}
