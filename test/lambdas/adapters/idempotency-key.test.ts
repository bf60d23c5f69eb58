import fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../lambdas/adapters/canonical-json.ts';
import {
  fingerprint,
  parseIdempotencyKey,
  readIdempotencyKey,
  requestHash,
} from '../../../lambdas/adapters/idempotency-key.ts';
import { RequestRefused } from '../../../lambdas/contract/http.ts';
import { isOrderId } from '../../../lambdas/domain/values.ts';

function refusalOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof RequestRefused ? error.answer : error;
  }
}

describe('an idempotency key', () => {
  it('is the same bare and as a structured-field string', () => {
    expect(parseIdempotencyKey('8e03978e-40d5')).toBe('8e03978e-40d5');
    expect(parseIdempotencyKey('"8e03978e-40d5"')).toBe('8e03978e-40d5');
    expect(parseIdempotencyKey(' \t "8e03978e-40d5"\t ')).toBe('8e03978e-40d5');
    expect(readIdempotencyKey({ 'idempotency-key': '"k"' })).toBe('k');
  });

  it.each([
    '',
    '""',
    '"',
    'a b',
    'a,b',
    'a"b',
    '"a',
    '"kk',
    'kk"',
    'ключ',
    'a\u0000',
    'k'.repeat(256),
  ])('is not %j', (header) => {
    expect(parseIdempotencyKey(header)).toBeUndefined();
  });

  it('may have 255 characters', () => {
    expect(parseIdempotencyKey(`"${'k'.repeat(255)}"`)).toHaveLength(255);
  });

  it('is asked for with 400 and a link to the documentation', () => {
    const refusal = {
      status: 400,
      headers: { link: '</openapi.json>; rel="help"' },
      body: { type: '/problems/invalid-request' },
    };
    for (const headers of [{}, { 'idempotency-key': 'not one' }])
      expect(refusalOf(() => readIdempotencyKey(headers))).toMatchObject(refusal);
  });

  it('parses any header or refuses it, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        const key = parseIdempotencyKey(header);
        expect(key === undefined || /^[!-~]{1,255}$/.test(key)).toBe(true);
      }),
    );
  });
});

describe('a request hash', () => {
  const principal = { issuer: 'i', subject: 's' };
  const scope = { principal, route: 'POST /orders', key: 'k' };

  it('is an order id', () => {
    expect(isOrderId(requestHash(scope))).toBe(true);
  });

  it('never moves: a key keeps its order across releases', () => {
    expect(requestHash(scope)).toBe('JxeVJbasOzJOHRhC1uFmqudS-AaT6rQlSlHCWtzAgrE');
  });

  it('differs whenever a part differs, however parts are cut', () => {
    const part = fc.string();
    const scopes = fc.record({
      principal: fc.record({ issuer: part, subject: part }),
      route: part,
      key: part,
    });
    fc.assert(
      fc.property(scopes, scopes, (a, b) => {
        const isSame = JSON.stringify(parts(a)) === JSON.stringify(parts(b));
        expect(requestHash(a) === requestHash(b)).toBe(isSame);
      }),
    );
    expect(requestHash({ ...scope, principal: { issuer: 'is', subject: '' } })).not.toBe(
      requestHash(scope),
    );
  });

  const parts = (one: typeof scope) => [
    one.principal.issuer,
    one.principal.subject,
    one.route,
    one.key,
  ];
});

describe('canonical JSON', () => {
  it('sorts names, keeps arrays, leaves out what is undefined', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: null, c: 'x' }, e: undefined })).toBe(
      '{"a":{"c":"x","d":null},"b":[2,1]}',
    );
  });

  it('says the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
      }),
    );
  });

  it('gives one fingerprint to one value, in whatever order its names stand', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(fingerprint(turned)).toBe(fingerprint(value));
      }),
    );
  });

  it('gives different values different texts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [one, other] = [a, b].map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        if (canonicalJson(one) === canonicalJson(other)) expect(one).toEqual(other);
      }),
    );
  });

  it('refuses what JSON cannot say', () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('only JSON');
  });
});
