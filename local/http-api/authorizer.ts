/**
 * The JWT authorizer: signature (RS256), issuer, audience, life time, and the scopes of the route.
 * Says only whether and as whom a request may pass; a token that was good once is not verified
 * again until it expires.
 */
import { type JWTPayload, jwtVerify } from 'jose';
import type { Kernel } from '../kernel/kernel.ts';
import type { RouteModel } from '../template/model.ts';
import type { Authorized } from './proxy-event.ts';
import { keyId, type TokenIssuer } from './tokens.ts';

export type Authorization =
  | { readonly kind: 'passed'; readonly authorized: Authorized }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' };

type Rule = NonNullable<RouteModel['authorizer']>;

/** Tokens remembered; the oldest goes first. */
const rememberedTokens = 10_000;

export class JwtAuthorizer {
  readonly #kernel: Kernel;
  readonly #issuer: TokenIssuer;
  readonly #verified = new Map<string, JWTPayload>();

  constructor(kernel: Kernel, issuer: TokenIssuer) {
    this.#kernel = kernel;
    this.#issuer = issuer;
  }

  async authorize(header: string | undefined, rule: Rule): Promise<Authorization> {
    const token = /^(?:Bearer\s+)?(\S+)$/i.exec(header?.trim() ?? '')?.[1];
    const claims = token === undefined ? undefined : await this.#verify(token);
    if (!claims || !isMeantFor(claims, rule) || !this.#isCurrent(claims))
      return { kind: 'unauthorized' };
    const scopes = scopesOf(claims);
    if (rule.scopes.length > 0 && !rule.scopes.some((scope) => scopes.includes(scope)))
      return { kind: 'forbidden' };
    const strings = Object.entries(claims).map(
      ([name, value]) => [name, claimText(value)] as const,
    );
    return {
      kind: 'passed',
      authorized: {
        claims: Object.fromEntries(strings),
        scopes: rule.scopes.length > 0 ? scopes : null,
      },
    };
  }

  /** The claims of a token with our signature; times are checked on every use. */
  async #verify(token: string): Promise<JWTPayload | undefined> {
    const known = this.#verified.get(token);
    if (known) return known;
    const claims = await this.#kernel.outside('verify a token', () => this.#read(token));
    if (!claims) return undefined;
    const [oldest] = this.#verified.keys();
    if (this.#verified.size >= rememberedTokens && oldest !== undefined)
      this.#verified.delete(oldest);
    this.#verified.set(token, claims);
    return claims;
  }

  async #read(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, await this.#issuer.publicKey(), {
        algorithms: ['RS256'],
        currentDate: new Date(this.#kernel.now()),
      });
      return protectedHeader.kid === keyId ? payload : undefined;
    } catch {
      // Every reason why a token cannot be read is the same 401.
      return undefined;
    }
  }

  #isCurrent({ exp, nbf, iat }: JWTPayload): boolean {
    const now = Math.floor(this.#kernel.now() / 1000);
    return exp !== undefined && exp > now && (nbf ?? 0) <= now && (iat ?? 0) <= now;
  }
}

/** `client_id` counts only where there is no `aud`. */
function isMeantFor({ iss, aud, client_id: client }: JWTPayload, rule: Rule): boolean {
  const audience = [aud ?? (client as string | undefined) ?? []].flat();
  return iss === rule.issuer && audience.some((each) => rule.audience.includes(each));
}

function scopesOf({ scope, scp }: JWTPayload): string[] {
  const given = scope ?? scp;
  if (typeof given === 'string') return given.split(' ').filter((each) => each !== '');
  return Array.isArray(given) ? given.map(String) : [];
}

const claimText = (value: unknown): string =>
  Array.isArray(value) ? `[${value.join(' ')}]` : String(value);
