/**
 * Issues the tokens that the user pool would on AWS: RS256 access tokens for whatever issuer and
 * audience the template's authorizer names. Their key stays as long as the journal does.
 */
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
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
let newKey: Promise<{ readonly pair: KeyPair; readonly jwk: string }> | undefined;
/** RS256 signs the same words with the same signature, so what was signed need not be again. */
const signed = new WeakMap<CryptoKey, Map<string, string>>();
const mostSigned = 1000;

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
      const payload = { ...usual, aud: audience, ...times, ...claims };
      return kernel.outside('sign a token', async () => sign(payload, (await keys()).privateKey));
    },
    publicKey: async () => (await keys()).publicKey,
  };
}

async function sign(payload: JWTPayload, key: CryptoKey): Promise<string> {
  const words = JSON.stringify(payload);
  const known = signed.get(key)?.get(words);
  if (known !== undefined) return known;
  const header = { alg: 'RS256', kid: keyId };
  const token = await new SignJWT(payload).setProtectedHeader(header).sign(key);
  const kept = signed.get(key) ?? new Map<string, string>();
  if (kept.size >= mostSigned) kept.clear();
  signed.set(key, kept.set(words, token));
  return token;
}

async function keptKeyPair(database: Journal['database']): Promise<KeyPair> {
  const kept = database.prepare('SELECT private_jwk FROM tokens_key').get();
  if (kept) return keyPairOf(JSON.parse(String(kept.private_jwk)) as JWK);
  newKey ??= createKey();
  const { pair, jwk } = await newKey;
  database.prepare('INSERT INTO tokens_key VALUES (?)').run(jwk);
  return pair;
}

async function createKey() {
  const pair = await generateKeyPair('RS256', { extractable: true });
  return { pair, jwk: JSON.stringify(await exportJWK(pair.privateKey)) };
}

async function keyPairOf(jwk: JWK): Promise<KeyPair> {
  const { kty, n, e } = jwk as { kty: 'RSA'; n: string; e: string };
  const [privateKey, publicKey] = await Promise.all([
    importJWK(jwk, 'RS256'),
    importJWK({ kty, n, e }, 'RS256'),
  ]);
  return { privateKey, publicKey } as KeyPair;
}
