import { describe, expect, it } from 'vitest';
import { compileFilters, compilePattern } from '../../../local/events/event-pattern.ts';

const matches = (condition: unknown, value: unknown) =>
  compilePattern({ field: [condition] })({ field: value });

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
describe('an event pattern', () => {
  it.each([
    ['a string', 'a', 'a', 'A'],
    ['a number', 5, 5, '5'],
    ['true', true, true, 'true'],
    ['null', null, null, ''],
    ['prefix', { prefix: 'ab' }, 'abc', 'xab'],
    ['prefix, ignoring case', { prefix: { 'equals-ignore-case': 'AB' } }, 'abc', 'xab'],
    ['suffix', { suffix: '.ts' }, 'a.ts', 'a.tsx'],
    ['equals-ignore-case', { 'equals-ignore-case': 'Ab' }, 'aB', 'abc'],
    ['wildcard', { wildcard: 'a*z\\*' }, 'abcz*', 'abczx'],
    ['anything-but a value', { 'anything-but': 'a' }, 'b', 'a'],
    ['anything-but a list', { 'anything-but': ['a', 'b'] }, 'c', 'b'],
    ['anything-but a prefix', { 'anything-but': { prefix: 'a' } }, 'ba', 'ab'],
    ['numeric =', { numeric: ['=', 5] }, 5, 6],
    ['numeric range', { numeric: ['>', 0, '<=', 5] }, 5, 0],
    ['numeric on text', { numeric: ['>=', 0] }, 0, '5'],
    ['exists', { exists: true }, 'x', undefined],
    ['exists not', { exists: false }, undefined, null],
    ['exists on leaves only', { exists: true }, ['x'], { a: 1 }],
  ])('knows %s', (_what, condition, matching, other) => {
    expect(matches(condition, matching)).toBe(true);
    expect(matches(condition, other)).toBe(false);
  });

  it('matches when any of the listed values does, and any of a list in the event', () => {
    const pattern = compilePattern({ status: ['FAILED', 'ABORTED'] });
    expect(pattern({ status: 'ABORTED' })).toBe(true);
    expect(pattern({ status: ['RUNNING', 'FAILED'] })).toBe(true);
    expect(pattern({ status: 'RUNNING' })).toBe(false);
    expect(pattern({})).toBe(false);
  });

  it('wants every field, however deep', () => {
    const pattern = compilePattern({ source: ['s'], detail: { order: { state: ['X'] } } });
    expect(pattern({ source: 's', detail: { order: { state: 'X', more: 1 } } })).toBe(true);
    expect(pattern({ source: 't', detail: { order: { state: 'X' } } })).toBe(false);
    expect(pattern({ source: 's' })).toBe(false);
    expect(pattern({ source: 's', detail: 'text' })).toBe(false);
  });

  it('wants all fields of one object in a list of objects', () => {
    const pattern = compilePattern({ lines: { sku: ['a'], quantity: [1] } });
    expect(pattern({ lines: [{ sku: 'b' }, { sku: 'a', quantity: 1 }] })).toBe(true);
    expect(pattern({ lines: [{ sku: 'a' }, { quantity: 1 }] })).toBe(false);
  });

  it('takes $or for alternatives beside the other fields', () => {
    const pattern = compilePattern({ a: [1], $or: [{ b: [2] }, { c: [3] }] });
    expect(pattern({ a: 1, c: 3 })).toBe(true);
    expect(pattern({ a: 1, c: 2 })).toBe(false);
    expect(pattern({ b: 2 })).toBe(false);
  });

  it('finds what is absent also where its parent is absent', () => {
    const pattern = compilePattern({ detail: { reason: [{ exists: false }] } });
    expect(pattern({})).toBe(true);
  });

  it.each([
    [{ field: [{ like: 'x' }] }, /field uses \{"like":"x"\}/],
    [{ field: [{ prefix: 'a', suffix: 'b' }] }, /one at a time/],
    [{ a: { b: 'text' } }, /a\.b is "text"/],
    [{ field: [{ numeric: ['>'] }] }, /numeric/],
    [{ field: [{ exists: 'yes' }] }, /exists/],
    [{ field: [{ prefix: 5 }] }, /not a string/],
    [{ field: [{ 'anything-but': { like: 'x' } }] }, /unknown operator like/],
    [{ $or: [{ a: [1] }] }, /\$or/],
    [{ a: [] }, /a is an empty list/],
    [{ a: { b: {} } }, /a\.b is empty/],
    [{ field: [{ wildcard: 'a**b' }] }, /two wildcards in a row/],
    [{ field: [{ numeric: ['>', 6e9] }] }, /within 5000000000 of zero/],
  ])('refuses what it does not know, naming it (%#)', (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(message);
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
describe('filters', () => {
  it('pass what any of them matches, and everything when there are none', () => {
    const either = compileFilters([{ a: [1] }, { b: [2] }]);
    expect([either({ a: 1 }), either({ b: 2 }), either({ a: 2 })]).toEqual([true, true, false]);
    expect(compileFilters([])('anything')).toBe(true);
  });
});
