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

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
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

  it('lets a token without `aud` pass by its client_id, and with one by `aud` alone', async () => {
    const api = guarded();
    const byClient = await api.issue('orders', { claims: { aud: undefined } });
    expect((await api.request(bearer(byClient))).status).toBe(200);
    const stray = await api.issue('orders', {
      audience: 'client-2',
      claims: { client_id: audience },
    });
    expect(await api.request(bearer(stray))).toMatchObject(unauthorized);
    const several = await api.issue('orders', { claims: { aud: ['other', audience] } });
    expect((await api.request(bearer(several))).status).toBe(200);
  });

  it('lets an ID token pass where no scope is asked for, and answers 403 where one is', async () => {
    const idToken = { token_use: 'id', scope: undefined, client_id: undefined };
    const open = guarded([]);
    expect((await open.request(bearer(await open.issue('', { claims: idToken })))).status).toBe(
      200,
    );
    const scoped = guarded();
    const refused = await scoped.request(bearer(await scoped.issue('', { claims: idToken })));
    expect(refused).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
  });

  it('hands no scopes on where the route asks for none', async () => {
    const api = guarded([]);
    const { text } = await api.request(bearer(await api.issue('orders')));
    expect(JSON.parse(text).authorizer.jwt.scopes).toBeNull();
  });

  it('takes scopes from `scp` too, as text or as a list', async () => {
    const api = guarded();
    for (const scp of ['other orders', ['orders']]) {
      const token = await api.issue('', { claims: { scope: undefined, scp } });
      expect((await api.request(bearer(token))).status).toBe(200);
    }
  });

  it('takes a bare token as well as one after Bearer', async () => {
    const api = guarded();
    const headers = [['authorization', await api.issue('orders')]] as const;
    expect((await api.request({ headers })).status).toBe(200);
  });

  it.each([
    ['expired', { exp: -1 }],
    ['not valid yet', { nbf: 60 }],
    ['issued in the future', { iat: 60 }],
  ])('answers 401 to a token that is %s', async (_what, offsets) => {
    const api = guarded();
    const nowSeconds = Math.floor(api.kernel.now() / 1000);
    const times = Object.entries(offsets).map(([name, offset]) => [name, nowSeconds + offset]);
    const token = await api.issue('orders', { claims: Object.fromEntries(times) });
    expect(await api.request(bearer(token))).toMatchObject(unauthorized);
  });

  // https://www.rfc-editor.org/rfc/rfc7519#section-4.1.5
  it.each(['exp', 'nbf', 'iat'])('answers 401 to a token whose %s is no number', async (name) => {
    const api = guarded();
    for (const time of ['1', null]) {
      const token = await api.issue('orders', { claims: { [name]: time } });
      expect(await api.request(bearer(token))).toMatchObject(unauthorized);
    }
  });

  it('answers 401 to a token without a time of expiry', async () => {
    const api = guarded();
    const token = await api.issue('orders', { claims: { exp: undefined } });
    expect(await api.request(bearer(token))).toMatchObject(unauthorized);
  });

  it('answers 401 to a token that nobody signed, or with a secret', async () => {
    const api = guarded();
    const [, payload = ''] = (await api.issue('orders')).split('.');
    const none = Buffer.from('{"alg":"none","kid":"local"}').toString('base64url');
    expect(await api.request(bearer(`${none}.${payload}.`))).toMatchObject(unauthorized);
    const shared = await new SignJWT({ iss: issuer, aud: audience, scope: 'orders' })
      .setProtectedHeader({ alg: 'HS256', kid: 'local' })
      .setExpirationTime(Math.floor(api.kernel.now() / 1000) + 60)
      .sign(new TextEncoder().encode('a secret that is long enough for it'));
    expect(await api.request(bearer(shared))).toMatchObject(unauthorized);
  });

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html
  it('says in www-authenticate what is wrong with the token', async () => {
    const api = guarded();
    const challenge = async (request?: Parameters<typeof api.request>[0]) =>
      (await api.request(request)).headers['www-authenticate'];
    expect(await challenge()).toBe('Bearer');
    const stray = await api.issue('orders', { audience: 'client-2' });
    expect(await challenge(bearer(stray))).toBe(
      'Bearer scope="" error="invalid_token" error_description="the token does not have a valid audience"',
    );
    expect(await challenge(bearer(await api.issue('operator')))).toBe(
      'Bearer scope="orders" error="insufficient_scope"',
    );
  });

  it('hands lists and objects in claims on as text', async () => {
    const api = guarded();
    const claims = { 'cognito:groups': ['a', 'b'], address: { street: 's', city: 'c' } };
    const { text } = await api.request(bearer(await api.issue('orders', { claims })));
    expect(JSON.parse(text).authorizer.jwt.claims).toMatchObject({
      'cognito:groups': '[a b]',
      address: 'map[city:c street:s]',
    });
  });
});
