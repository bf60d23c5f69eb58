import { describe, expect, it } from 'vitest';
import type { Case, Outcome } from '../../../bin/conformance/case.ts';
import { differencesOf, tableOf } from '../../../bin/conformance/table.ts';
import { type Column, isAsExpected } from '../../../bin/conformance/verdict.ts';

const aCase = (id: string): Case => ({
  id,
  rule: `The rule of ${id}.`,
  source: 'https://docs.aws.amazon.com/x.html',
  run: async () => {},
});
const cases = [aCase('sqs.a'), aCase('sqs.b')];
const ok: Outcome = { kind: 'ok' };
const differs: Outcome = { kind: 'differs', expected: '2', found: '1' };
const known = [{ id: 'sqs.b', because: 'it is small' }];

const column = (b: Outcome, more: Partial<Column> = {}): Column => ({
  name: 'engine',
  outcomes: new Map([
    ['sqs.a', ok],
    ['sqs.b', b],
  ]),
  known: [],
  ...more,
});

describe('the verdict on an endpoint', () => {
  it('holds when everything is as documented, or known to differ', () => {
    expect(isAsExpected(column(ok), cases)).toBe(true);
    expect(isAsExpected(column(differs, { known }), cases)).toBe(true);
  });

  it('fails for a new difference, for no answer, and for a known difference that is gone', () => {
    expect(isAsExpected(column(differs), cases)).toBe(false);
    expect(isAsExpected(column({ kind: 'not answered', why: 'gone' }), cases)).toBe(false);
    expect(isAsExpected(column(ok, { known }), cases)).toBe(false);
  });
});

describe('the table', () => {
  it('has a line for each case and a cell for each endpoint', () => {
    const columns = [column(differs, { known }), column(differs, { name: 'http://other' })];
    expect(tableOf(cases, columns).map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'case | engine | http://other',
      'sqs.a | ok | ok',
      'sqs.b | known | differs',
      '',
      'engine: 1 ok, 1 known',
      'http://other: 1 ok, 1 differs',
    ]);
  });

  it('is followed by what was expected and found, with rule, source and reason', () => {
    expect(differencesOf(cases, [column(differs, { known })])).toEqual([
      '',
      'sqs.b: The rule of sqs.b.',
      '  https://docs.aws.amazon.com/x.html',
      '  engine expected 2, found 1',
      '    known: it is small',
    ]);
  });
});
