/**
 * Issues the tokens that the user pool would on AWS: RS256 access tokens for whatever issuer and
 * audience the template's authorizer names. The key lives as long as the process.
 */
import { type CryptoKey, generateKeyPair, SignJWT } from 'jose';
import type { Kernel } from '../kernel/kernel.ts';

export interface TokenRequest {
  readonly sub: string;
  /** Space-separated. */
  readonly scope: string;
  readonly issuer: string;
  readonly audience: string;
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
let keyPair: Promise<KeyPair> | undefined;

export function createTokenIssuer(kernel: Kernel): TokenIssuer {
  const keys = () => {
    keyPair ??= generateKeyPair('RS256');
    return keyPair;
  };
  return {
    issue: ({ sub, scope, issuer, audience }) => {
      const issuedAt = Math.floor(kernel.now() / 1000);
      const token = new SignJWT({ client_id: audience, scope, token_use: 'access' })
        .setProtectedHeader({ alg: 'RS256', kid: keyId })
        .setSubject(sub)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + tokenLifetimeSeconds);
      return kernel.outside('sign a token', async () => token.sign((await keys()).privateKey));
    },
    publicKey: async () => (await keys()).publicKey,
  };
}
