import fc from 'fast-check';
import '../../support/fixed-seed.ts';
import { describe, expect, it } from 'vitest';
import {
  entityTag,
  parseIfMatch,
  parseIfNoneMatch,
  parseWaitSeconds,
} from '../../../lambdas/contract/preconditions.ts';

describe('If-Match', () => {
  it('names one version', () => {
    expect(parseIfMatch(entityTag(7))).toEqual({ kind: 'version', version: 7 });
  });

  it('may be missing', () => {
    expect(parseIfMatch(undefined)).toEqual({ kind: 'missing' });
  });

  it.each(['W/"1"', '"abc"', '"01"', '"0"', '""', '"9999999999"'])(
    'is a tag that no version has: %s',
    (header) => {
      expect(parseIfMatch(header)).toEqual({ kind: 'foreign' });
    },
  );

  it.each(['1', '*', '', '"1', '"1", "2"', '"a b"', '"1"x'])('is malformed: %j', (header) => {
    expect(parseIfMatch(header)).toEqual({ kind: 'malformed' });
  });
});

describe('If-None-Match', () => {
  it.each([
    ['"3"', 3],
    ['W/"3"', 3],
    ['"1", "4", W/"2"', 4],
    ['*', 'any'],
    ['"abc"', undefined],
    ['3', undefined],
    [undefined, undefined],
  ])('%j means %j', (header, known) => {
    expect(parseIfNoneMatch(header)).toBe(known);
  });
});

describe('Prefer', () => {
  it.each([
    ['wait=5', 5],
    ['respond-async, wait=5', 5],
    ['Wait = "5"; foo=bar', 5],
    ['wait=3, wait=7', 3],
    ['wait=100000', 10],
    ['wait=-1', 0],
    ['wait=x', 0],
    ['nowait=5', 0],
    [undefined, 0],
  ])('%j waits %i s', (header, seconds) => {
    expect(parseWaitSeconds(header)).toBe(seconds);
  });
});

describe('conditional headers', () => {
  it('are understood or ignored, and never break anything', () => {
    const any = fc.oneof(fc.string(), fc.stringMatching(/^(W\/|"|,|\d|\*|=|wait| ){0,20}$/));
    fc.assert(
      fc.property(any, (header) => {
        expect(parseIfMatch(header).kind).toMatch(/malformed|foreign|version/);
        const known = parseIfNoneMatch(header) ?? 'any';
        expect(known === 'any' || Number.isSafeInteger(known)).toBe(true);
        expect(parseWaitSeconds(header)).toBeLessThanOrEqual(10);
      }),
    );
  });
});
