import fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { httpEntry } from '../../../lambdas/adapters/http.ts';
import { PermanentFault, TransientFault } from '../../../lambdas/contract/faults.ts';
import { plainText, queryInteger } from '../../../lambdas/contract/fields.ts';
import { refusal } from '../../../lambdas/contract/http.ts';
import { bodyOf, httpEvent, invocation, issuer } from '../../support/http-event.ts';

const schema = z.strictObject({
  name: plainText(5),
  many: z.optional(z.array(z.strictObject({ count: z.int().check(z.gte(1)) }))),
});
const echo = httpEntry(async ({ readJson }) => ({ status: 200, body: readJson(schema) }));
const post = (body: unknown, headers = {}) => echo(httpEvent({ body, headers }), invocation());

let logged: string[];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void logged.push(line));
});
afterEach(() => vi.restoreAllMocks());

describe('an HTTP request', () => {
  it('is read by its schema', async () => {
    expect(await post({ name: ' tea ' })).toMatchObject({
      statusCode: 200,
      body: '{"name":"tea"}',
    });
  });

  it('may come as base64', async () => {
    const body = Buffer.from('{"name":"tea"}').toString('base64');
    const answer = await echo(httpEvent({ body, isBase64Encoded: true }), invocation());
    expect(answer.statusCode).toBe(200);
  });

  it('is refused with the place of every mistake, and never the value', async () => {
    const answer = await post({ name: 'secret', many: [{ count: 0 }, { count: 1.5 }], extra: 1 });
    expect(answer).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(bodyOf(answer)).toMatchObject({
      type: '/problems/invalid-request',
      status: 400,
      errors: [
        { pointer: '#/name', detail: 'must be at most 5 characters long' },
        { pointer: '#/many/0/count', detail: 'must be at least 1' },
        { pointer: '#/many/1/count', detail: 'must be an integer' },
        { pointer: '#/extra', detail: 'is not a field of this request' },
      ],
    });
    expect(answer.body).not.toContain('secret');
  });

  it.each([
    ['no JSON', '{"name":'],
    ['nothing', ''],
    ['the same field twice', '{"name":"a","name":"b"}'],
    ['the same field twice, once escaped', '{"name":"a","n\\u0061me":"b"}'],
    ['a field that changes prototypes', '{"name":"a","__proto__":{}}'],
    ['half of a surrogate pair', '{"name":"\\ud800"}'],
    ['NUL', '{"name":"\\u0000"}'],
    ['deep nesting', `{"name":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['a number beyond all bounds', '{"name":"a","many":[{"count":1e400}]}'],
    ['null', 'null'],
  ])('is refused with 400 for %s', async (_what, body) => {
    expect(await post(body)).toMatchObject({ statusCode: 400 });
    expect(logged).toEqual([]);
  });

  it('is refused with 400 when its bytes are not UTF-8', async () => {
    const body = Buffer.from([0x22, 0xff, 0xfe, 0x22]).toString('base64');
    const answer = await echo(httpEvent({ body, isBase64Encoded: true }), invocation());
    expect(bodyOf(answer)).toMatchObject({ status: 400, detail: 'The body is not UTF-8.' });
  });

  it('is refused with 400 when API Gateway has replaced bytes of it that are not UTF-8', async () => {
    const { statusCode, body } = await post('{"name":"\ufffd"}');
    expect(statusCode).toBe(400);
    expect(body).toContain('U+FFFD');
  });

  it('may be 32 KiB long and not a byte longer', async () => {
    const padded = (bytes: number) => '{"name":"a"}'.padEnd(bytes, ' ');
    expect(await post(padded(32 * 1024))).toMatchObject({ statusCode: 200 });
    expect(await post(padded(32 * 1024 + 1))).toMatchObject({ statusCode: 413 });
  });

  it.each(['text/plain', 'application/jsonp', 'application/json; charset=latin1', ''])(
    'is refused with 415 as "%s"',
    async (type) => {
      expect(await post({ name: 'a' }, { 'content-type': type })).toMatchObject({
        statusCode: 415,
      });
    },
  );

  it.each([
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/json;charset="utf-8"',
  ])('is read as %s', async (type) => {
    expect(await post({ name: 'a' }, { 'content-type': type })).toMatchObject({ statusCode: 200 });
  });

  it('is refused with the name of a wrong query parameter', async () => {
    const query = z.strictObject({ limit: z.optional(queryInteger(1, 10)) });
    const entry = httpEntry(async ({ readQuery }) => ({ status: 200, body: readQuery(query) }));
    const answer = await entry(httpEvent({ query: { limit: '11', other: 'x' } }), invocation());
    expect(bodyOf(answer).errors).toEqual([
      { parameter: 'limit', detail: 'must be between 1 and 10' },
      { parameter: 'other', detail: 'is not a field of this request' },
    ]);
  });

  it('never causes a 5xx, whatever its body', async () => {
    const any = fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(any, async (body) => {
        const { statusCode } = await post(body);
        expect(statusCode).toBeLessThan(500);
      }),
    );
  });
});

describe('the caller', () => {
  const who = httpEntry(async ({ principal }) => ({ status: 200, body: principal }));

  it('is the issuer and subject of the token', async () => {
    const answer = await who(httpEvent(), invocation());
    expect(bodyOf(answer)).toEqual({ issuer, subject: 'alice' });
  });

  it('may have as long a subject as a key may hold', async () => {
    const sub = 's'.repeat(255);
    const answer = await who(httpEvent({ claims: { iss: issuer, sub } }), invocation());
    expect(bodyOf(answer)).toEqual({ issuer, subject: sub });
  });

  it('is nobody for an authorizer that reads no tokens', async () => {
    const event = httpEvent();
    const requestContext = { ...event.requestContext, authorizer: {} };
    const answer = await who({ ...event, requestContext }, invocation());
    expect(answer.statusCode).toBe(401);
  });

  it.each([
    ['there is no token', null],
    ['the subject is missing', { iss: issuer }],
    ['the subject is empty', { iss: issuer, sub: '' }],
    ['the subject is too long for a key', { iss: issuer, sub: 's'.repeat(256) }],
  ])('is answered 401 when %s', async (_what, claims) => {
    const answer = await who(httpEvent({ claims }), invocation());
    expect(answer).toMatchObject({
      statusCode: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    });
  });
});

describe('an HTTP answer', () => {
  const failing = (error: unknown) => httpEntry(() => Promise.reject(error));

  it('to a fault that a retry can cure is 503 with Retry-After', async () => {
    // Fails by throwing what the adapters throw for a throttled table.
    const entry = failing(new TransientFault('read order x: ThrottlingException'));
    const answer = await entry(httpEvent(), invocation());
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    expect(answer.body).not.toContain('Throttling');
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({
      level: 'WARN',
      message: 'read order x: ThrottlingException',
    });
  });

  it.each([
    ['a permanent fault', new PermanentFault('no table Orders-123')],
    ['a defect', new TypeError('cannot read secret of undefined')],
    ['something thrown that is no error', 'secret'],
  ])('to %s is 500 and tells nothing from inside', async (_what, error) => {
    const answer = await failing(error)(httpEvent(), invocation());
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toMatch(/secret|Orders-123/);
    expect(logged.join()).not.toContain('secret');
    expect(logged).toHaveLength(1);
  });

  it('leaves a permanent fault in the log, with what it says', async () => {
    await failing(new PermanentFault('no table Orders-123'))(httpEvent(), invocation());
    expect(JSON.parse(logged[0] ?? '')).toMatchObject({
      ...{ level: 'ERROR', fault: 'PermanentFault', message: 'no table Orders-123' },
    });
  });

  it('leaves of any other error its first eight places in the log, and not what it says', async () => {
    const places = Array.from({ length: 9 }, (_, n) => `at step${n} (/app/index.js:${n}:1)`);
    const error = new TypeError('a secret\nmeet at noon');
    error.stack = [`TypeError: ${error.message}`, ...places.map((at) => `    ${at}`)].join('\n');
    await failing(error)(httpEvent(), invocation());
    expect(JSON.parse(logged[0] ?? '')).toEqual({
      ...{ level: 'ERROR', fault: 'TypeError', at: places.slice(0, 8) },
      ...{ route: expect.any(String), requestId: expect.any(String) },
    });
  });

  it('to an error that knows no place is 500 all the same', async () => {
    const error = Object.assign(new TypeError('secret'), { stack: undefined });
    expect((await failing(error)(httpEvent(), invocation())).statusCode).toBe(500);
  });

  it('without a body has no content type', async () => {
    const answer = await httpEntry(async () => ({ status: 304 }))(httpEvent(), invocation());
    expect(answer.body).toBeUndefined();
    expect(answer.headers).not.toHaveProperty('content-type');
  });

  it('that is a problem is never cached', async () => {
    const entry = httpEntry(async () => refusal('not-found', 'Nothing here.'));
    expect(await entry(httpEvent(), invocation())).toMatchObject({
      statusCode: 404,
      headers: { 'cache-control': 'no-store' },
      body: JSON.stringify({
        type: '/problems/not-found',
        title: 'There is no such resource',
        status: 404,
        detail: 'Nothing here.',
      }),
    });
  });
});
