/** Authorization headers that must let nobody pass, each of them wrong in one way, and good ones. */
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type { Engine } from '../../local/engine.ts';
import { createTokenIssuer, keyId } from '../../local/http-api/tokens.ts';
import { openJournal } from '../../local/journal/journal.ts';

export interface Tokens {
  readonly good: (sub: string, scope: string) => Promise<string>;
  /** By what is wrong; undefined: no header at all. */
  readonly bad: Readonly<Record<string, string | undefined>>;
}

type Claims = Readonly<Record<string, unknown>>;
const hour = 3600;

export async function tokensOf(engine: Engine): Promise<Tokens> {
  const { issuer, audience } = authorizerOf(engine);
  const tokens = createTokenIssuer(engine.kernel, openJournal(undefined));
  const subject = { sub: 'alice', scope: 'orders operator', issuer, audience };
  const signed = (claims: Claims): Promise<string> =>
    engine.drive(tokens.issue({ ...subject, claims })).then((token) => `Bearer ${token}`);
  const now = Math.floor(engine.kernel.now() / 1000);
  const good = await signed({});
  const [head = '', body = '', signature = ''] = good.split('.');
  const claims = { sub: 'alice', scope: 'orders operator', iss: issuer, aud: audience };
  const times = { iat: now, exp: now + hour };
  const spki = await exportSPKI(await tokens.publicKey());
  const stranger = await generateKeyPair('RS256');
  const forge = (alg: string, key: Parameters<SignJWT['sign']>[0]): Promise<string> =>
    new SignJWT({ ...claims, ...times }).setProtectedHeader({ alg, kid: keyId }).sign(key);
  return {
    good: (sub, scope) => signed({ sub, scope }),
    bad: {
      'no header': undefined,
      'an empty header': '',
      'no token': 'Bearer ',
      'no JWT': 'Bearer nonsense',
      'another scheme': `Basic ${btoa('alice:secret')}`,
      'two tokens': `${good}, ${good}`,
      expired: await signed({ iat: now - 2 * hour, exp: now - hour }),
      'without an end': await signed({ exp: undefined }),
      'not valid yet': await signed({ nbf: now + hour }),
      'issued in the future': await signed({ iat: now + hour, exp: now + 2 * hour }),
      'of another issuer': await signed({ iss: `${issuer}x` }),
      'of no issuer': await signed({ iss: undefined }),
      'for another audience': await signed({ aud: 'another', client_id: 'another' }),
      'for nobody': await signed({ aud: undefined, client_id: undefined }),
      'without scope': await signed({ scope: undefined }),
      'with a scope that only begins so': await signed({ scope: 'orders-admin operators' }),
      'an ID token': await signed({ token_use: 'id', client_id: undefined, scope: undefined }),
      unsigned: `${bearer({ alg: 'none', kid: keyId }, { ...claims, ...times })}.`,
      'without its signature': `${head}.${body}.`,
      'with its signature cut': `${head}.${body}.${signature.slice(0, -8)}`,
      'with other claims under its signature': `${head}.${text({ ...claims, ...times, sub: 'bob' })}.${signature}`,
      'forged with another key': `Bearer ${await forge('RS256', stranger.privateKey)}`,
      'forged with the public key as a secret': `Bearer ${await forge('HS256', new TextEncoder().encode(spki))}`,
    },
  };
}

const text = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');
const bearer = (head: unknown, claims: unknown): string => `Bearer ${text(head)}.${text(claims)}`;

function authorizerOf({ model }: Engine): { issuer: string; audience: string } {
  const routes = model.apis.flatMap((api) => api.routes);
  const rule = routes.find(({ authorizer }) => authorizer)?.authorizer;
  const [audience] = rule?.audience ?? [];
  if (!rule || !audience) throw new Error('no route of the template asks for a token');
  return { issuer: rule.issuer, audience };
}
