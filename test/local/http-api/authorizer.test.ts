import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { aRoute, audience, createTestApi, issuer, ok } from './api.ts';

const guarded = (scopes: readonly string[] = ['orders']) =>
  createTestApi({
    routes: [aRoute('GET /', { authorizer: { issuer, audience: [audience], scopes } })],
    work: async (event) => ok(event.requestContext),
  });
const bearer = (token: string) => ({ headers: [['authorization', `Bearer ${token}`]] as const });

const unauthorized = { status: 401, text: '{"message":"Unauthorized"}' };

describe('JWT authorizer', () => {
  it('lets a token of the pool pass and hands its claims on as strings', async () => {
    const api = guarded();
    const { status, text } = await api.request(bearer(await api.issue('orders other')));
    expect(status).toBe(200);
    expect(JSON.parse(text).authorizer.jwt).toEqual({
      claims: {
        sub: 'alice',
        iss: issuer,
        aud: audience,
        client_id: audience,
        scope: 'orders other',
        token_use: 'access',
        iat: expect.stringMatching(/^\d+$/),
        exp: expect.stringMatching(/^\d+$/),
      },
      scopes: ['orders', 'other'],
    });
  });

  it('answers 401 when there is no token, or none that can be read', async () => {
    const api = guarded();
    expect(await api.request()).toMatchObject(unauthorized);
    expect(await api.request(bearer('no.such.token'))).toMatchObject(unauthorized);
    expect(await api.request(bearer(''))).toMatchObject(unauthorized);
  });

  it('answers 401 to another issuer and to another audience', async () => {
    const api = guarded();
    const foreign = await api.issue('orders', { issuer: 'https://elsewhere.example' });
    const stray = await api.issue('orders', { audience: 'client-2' });
    expect(await api.request(bearer(foreign))).toMatchObject(unauthorized);
    expect(await api.request(bearer(stray))).toMatchObject(unauthorized);
  });

  it('answers 401 to a token that someone else has signed', async () => {
    const api = guarded();
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await new SignJWT({ scope: 'orders' })
      .setProtectedHeader({ alg: 'RS256', kid: 'local' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime(Math.floor(api.kernel.now() / 1000) + 60)
      .sign(privateKey);
    expect(await api.request(bearer(forged))).toMatchObject(unauthorized);
  });

  it('answers 401 once an hour is over, also to a token that was good before', async () => {
    const api = guarded();
    const token = await api.issue('orders');
    expect((await api.request(bearer(token))).status).toBe(200);
    await api.kernel.advance(3_600_000);
    expect(await api.request(bearer(token))).toMatchObject(unauthorized);
  });

  it('answers 403 when the token has none of the scopes of the route', async () => {
    const api = guarded(['orders', 'everonce/orders']);
    const refused = await api.request(bearer(await api.issue('operator')));
    expect(refused).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    const passed = await api.request(bearer(await api.issue('everonce/orders')));
    expect(passed.status).toBe(200);
  });
});
