/** Expressions as Step Functions evaluates them. */
import { describe, expect, it } from 'vitest';
import { VirtualKernel } from '../../../local/kernel/virtual-kernel.ts';
import { createCompiler, evaluate } from '../../../local/states/jsonata.ts';

const evaluated = (
  value: unknown,
  { input = {}, variables = {}, kernel = new VirtualKernel(1) } = {},
): Promise<unknown> => {
  const template = createCompiler(kernel)(value, {
    field: 'Output',
    members: ['input', 'context', 'result'],
  });
  return evaluate(template, { states: { input, context: { State: { Name: 'A' } } }, variables });
};

describe('jsonata', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
  it('evaluates expressions anywhere inside a value and keeps everything else', async () => {
    const value = { a: ['{% $states.input.n + 1 %}', 'text', 2], b: { c: '{% $name %}' }, d: null };
    expect(await evaluated(value, { input: { n: 1 }, variables: { name: 'x' } })).toEqual({
      a: [2, 'text', 2],
      b: { c: 'x' },
      d: null,
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
  it('reads the context', async () => {
    expect(await evaluated('{% $states.context.State.Name %}')).toBe('A');
  });

  it('answers plain JSON: no sequences, no bare prototypes', async () => {
    const input = { lines: [{ sku: 'a' }, { sku: 'b' }] };
    const result = await evaluated("{% {'skus': $states.input.lines.sku} %}", { input });
    expect(result).toStrictEqual({ skus: ['a', 'b'] });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
  it.each([
    ['{% $states.input.missing %}', /'Output' returned nothing \(undefined\)/],
    ["{% 1 + 'a' %}", /'Output' threw an error during evaluation. T2002/],
    ["{% $error('no') %}", /threw an error during evaluation. D3137: no/],
    ['{% function($x) { $x } %}', /unexpected result type. Expected 'JSON'/],
    [{ a: ['{% $missing %}'] }, /'Output\/a\[0\]' returned nothing/],
    ["{% $hash('a', 'CRC') %}", /\$hash knows MD5/],
    ['{% $range(1, 2, 0) %}', /step other than 0/],
  ])('fails %j as States.QueryEvaluationError', async (value, message) => {
    await expect(evaluated(value)).rejects.toMatchObject({
      error: 'States.QueryEvaluationError',
      reason: expect.stringMatching(message),
    });
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
  it.each([
    ['{% $partition([1,2,3,4,5], 2) %}', [[1, 2], [3, 4], [5]]],
    ['{% $range(1, 9, 4) %}', [1, 5, 9]],
    ['{% $range(3, 1, -1) %}', [3, 2, 1]],
    ['{% $parse(\'{"a":[1]}\') %}', { a: [1] }],
    ["{% $hash('hello', 'SHA-1') %}", 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d'],
    ['{% $random(7) = $random(7) %}', true],
    ['{% $sort($shuffle([1,2,3])) %}', [1, 2, 3]],
  ])('knows what Step Functions adds: %s', async (value, result) => {
    expect(await evaluated(value)).toEqual(result);
  });

  it('takes time from the kernel', async () => {
    expect(await evaluated('{% [$now(), $millis(), $toMillis("10:30", "[H01]:[m01]")] %}')).toEqual(
      ['2026-01-01T00:00:00.000Z', Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1, 10, 30)],
    );
    expect(await evaluated("{% $now('[Y0001]') %}")).toBe('2026');
  });

  it('draws the same numbers and ids from the same seed, others from another', async () => {
    const draw = (seed: number) =>
      evaluated('{% [$random(), $uuid()] %}', { kernel: new VirtualKernel(seed) });
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
    expect(await evaluated('{% $uuid() %}')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/,
    );
  });

  it.each([
    '{% [1, 2].($millis()) %}',
    '{% $map([1, 2], function($x) { $millis() }) %}',
    "{% ($at := $toMillis(?, '[H]'); [$at('0'), $at('0')]) %}",
    "{% ['0', '0'] ~> $map(function($x) { $toMillis($x, '[H]') }) %}",
  ])('asks its own clock in %s, though engines evaluate it at the same time', async (value) => {
    const starts = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)];
    const evaluations = starts.map((startMs) =>
      evaluated(value, { kernel: new VirtualKernel(1, startMs) }),
    );
    expect(await Promise.all(evaluations)).toEqual(starts.map((startMs) => [startMs, startMs]));
  });
});
