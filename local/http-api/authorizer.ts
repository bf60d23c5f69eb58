/**
 * The JWT authorizer: signature (RS256), issuer, audience, life time, and the scopes of the route.
 * Says only whether and as whom a request may pass; a token that was good once is not verified
 * again until it expires.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
import { compactVerify } from 'jose';
import type { Kernel } from '../kernel/kernel.ts';
import type { RouteModel } from '../template/model.ts';
import type { Authorized } from './proxy-event.ts';
import { keyId, type TokenIssuer } from './tokens.ts';

export type Authorization =
  | { readonly kind: 'passed'; readonly authorized: Authorized }
  /** `challenge` is for `www-authenticate`. */
  | { readonly kind: 'unauthorized' | 'forbidden'; readonly challenge: string };

type Rule = NonNullable<RouteModel['authorizer']>;
type Claims = Readonly<Record<string, unknown>>;

/** Tokens remembered; the oldest goes first. */
const rememberedTokens = 10_000;

export class JwtAuthorizer {
  readonly #kernel: Kernel;
  readonly #issuer: TokenIssuer;
  readonly #verified = new Map<string, Claims>();

  constructor(kernel: Kernel, issuer: TokenIssuer) {
    this.#kernel = kernel;
    this.#issuer = issuer;
  }

  async authorize(header: string | undefined, rule: Rule): Promise<Authorization> {
    if (header === undefined) return { kind: 'unauthorized', challenge: 'Bearer' };
    const token = /^(?:Bearer\s+)?(\S+)$/i.exec(header.trim())?.[1];
    const claims = token === undefined ? undefined : await this.#verify(token);
    if (!claims) return unauthorized('the token cannot be read or its signature is not valid');
    const flaw = flawOf(claims, rule) ?? flawInTime(claims, this.#kernel.now());
    if (flaw !== undefined) return unauthorized(flaw);
    const scopes = scopesOf(claims);
    if (rule.scopes.length > 0 && !rule.scopes.some((scope) => scopes.includes(scope)))
      return { kind: 'forbidden', challenge: insufficient(rule.scopes) };
    return { kind: 'passed', authorized: authorizedBy(claims, rule, scopes) };
  }

  /** The claims of a token with our signature; all else is checked on every use. */
  async #verify(token: string): Promise<Claims | undefined> {
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

  async #read(token: string): Promise<Claims | undefined> {
    try {
      const key = await this.#issuer.publicKey();
      const { payload, protectedHeader } = await compactVerify(token, key, {
        algorithms: ['RS256'],
      });
      const claims: unknown = JSON.parse(Buffer.from(payload).toString());
      const isOurs = protectedHeader.kid === keyId;
      return isOurs && isObject(claims) && !Array.isArray(claims) ? claims : undefined;
    } catch {
      // Every reason why a token cannot be read is the same 401.
      return undefined;
    }
  }
}

const unauthorized = (description: string): Authorization => ({
  kind: 'unauthorized',
  challenge: `Bearer scope="" error="invalid_token" error_description="${description}"`,
});

const insufficient = (scopes: readonly string[]): string =>
  `Bearer scope="${scopes.join(' ')}" error="insufficient_scope"`;

/** `client_id` counts only where there is no `aud`. */
function flawOf({ iss, aud, client_id: client }: Claims, rule: Rule): string | undefined {
  if (iss !== rule.issuer) return 'the token does not have a valid issuer';
  const audience = [aud ?? client].flat();
  const isMeant = audience.some((each) => rule.audience.some((wanted) => wanted === each));
  return isMeant ? undefined : 'the token does not have a valid audience';
}

function flawInTime({ exp, nbf, iat }: Claims, nowMs: number): string | undefined {
  const now = Math.floor(nowMs / 1000);
  if (typeof exp !== 'number' || exp <= now) return 'the token has expired';
  const isBegun = [nbf, iat].every(
    (each) => each === undefined || (typeof each === 'number' && each <= now),
  );
  return isBegun ? undefined : 'the token is not valid yet';
}

function scopesOf({ scope, scp }: Claims): string[] {
  const given = scope ?? scp;
  if (typeof given === 'string') return given.split(' ').filter((each) => each !== '');
  return Array.isArray(given) ? given.map(String) : [];
}

function authorizedBy(claims: Claims, rule: Rule, scopes: readonly string[]): Authorized {
  const texts = Object.entries(claims).map(([name, value]) => [name, claimText(value)] as const);
  return {
    claims: Object.fromEntries(texts),
    scopes: rule.scopes.length > 0 ? scopes : null,
  };
}

/** Lists and objects as API Gateway writes them: `[a b]`, `map[name:value]`. */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${members.map(([name, each]) => `${name}:${claimText(each)}`).join(' ')}]`;
}

const isObject = (value: unknown): value is Claims => typeof value === 'object' && value !== null;
