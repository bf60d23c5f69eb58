import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type Options, parseOptions, usage } from '../../../bin/explore/options.ts';
import { scenarios } from '../../../bin/explore/scenarios/all.ts';
import { siteOf } from './sites.ts';

function optionsOf(...args: readonly string[]): Options {
  const parsed = parseOptions(args);
  if (parsed.kind === 'run') return parsed.options;
  throw new Error(JSON.stringify(parsed));
}

const wants = (args: readonly string[], site: string, fault: string): boolean =>
  optionsOf(...args).wanted(siteOf(site, { source: 'http' }), fault, 'one-order');

const put = 'place-order/PutItem.Orders@1';

describe('the command line of npm run explore', () => {
  it('explores everything to depth one, on every core and without a limit', () => {
    expect(optionsOf()).toMatchObject({
      ...{ mode: 'campaign', depth: 1, minutes: 0, isWhole: true, seed: 1, times: 1 },
      ...{ replay: undefined, guards: [], searches: false, writes: false, json: undefined },
      workers: availableParallelism(),
      scenarios: scenarios.map(({ name }) => name),
    });
    expect(wants([], put, 'L')).toBe(true);
  });

  it('gives depth two an hour, or what it is given', () => {
    expect(optionsOf('--depth', '2').minutes).toBe(60);
    expect(optionsOf('--depth', '2', '--minutes', '5').minutes).toBe(5);
  });

  it('runs a part when it is told which, and knows that it is one', () => {
    expect(optionsOf('--scenario', 'declined,one-order')).toMatchObject({
      ...{ scenarios: ['declined', 'one-order'], isWhole: false },
    });
    expect(optionsOf('--boundary', '2').isWhole).toBe(false);
    expect(optionsOf('--kind', 'L')).toMatchObject({ isWhole: false, isNarrowed: true });
    expect(optionsOf('--minutes', '3').isWhole).toBe(true);
  });

  it('wants only faults of the kinds and at the boundaries that it is told', () => {
    expect(wants(['--kind', 'L,T'], put, 'Lx')).toBe(true);
    expect(wants(['--kind', 'L,T'], put, 'B')).toBe(false);
    expect(wants(['--boundary', '1,2'], put, 'B')).toBe(true);
    expect(wants(['--boundary', '1'], put, 'B')).toBe(false);
    expect(wants(['--boundary', '2', '--kind', 'L'], put, 'B')).toBe(false);
  });

  it('replays a schedule, once or often', () => {
    const id = 'one-order:3:client/POST.orders@1=L';
    expect(optionsOf('--replay', id)).toMatchObject({
      ...{ mode: 'replay', times: 1 },
      replay: {
        ...{ scenario: 'one-order', seed: 3 },
        faults: [{ site: 'client/POST.orders@1', fault: 'L' }],
      },
    });
    expect(optionsOf('--replay', id, '--times', '100').times).toBe(100);
  });

  it('takes guards away, all or some, and searches when it is told', () => {
    expect(optionsOf('--guards')).toMatchObject({ mode: 'guards', guards: [], searches: false });
    expect(optionsOf('--guards', '--search', '--guard', 'g41,p8')).toMatchObject({
      ...{ mode: 'guards', guards: ['g41', 'p8'], searches: true },
    });
  });

  it('lists scenarios and boundaries', () => {
    expect(optionsOf('--scenario', 'list').mode).toBe('scenarios');
    expect(optionsOf('--boundary', 'list').mode).toBe('boundaries');
  });

  it('writes where it is told', () => {
    expect(optionsOf('--write', '--json', 'out.json')).toMatchObject({
      ...{ writes: true, json: 'out.json' },
    });
  });

  it('explains itself in lines that a terminal does not break', () => {
    expect(usage.split('\n').filter(({ length }) => length > 100)).toEqual([]);
  });

  it('shows its usage for --help, whatever else there is', () => {
    expect(parseOptions(['--help', '--depth', 'x'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--depth', '3'], '--depth is "3", expected a whole number from 1 to 2'],
    [['--minutes', '0'], '--minutes is "0", expected a whole number from 1 to 10000'],
    [['--seed', '-1'], /--seed/],
    [['--seed', '1.5'], '--seed is "1.5", expected a whole number from 1 to 4294967295'],
    [['--workers', '65'], '--workers is "65", expected a whole number from 1 to 64'],
    [['--times', 'often', '--replay', 'one-order:1:'], /^--times is "often", expected a whole/],
    [['--scenario', 'two-orders'], /^there is no scenario two-orders; there are one-order, /],
    [['--boundary', '16'], /^there is no boundary 16; there are 1, 2, 3, /],
    [['--kind', 'X'], /^there is no kind X; there are B, L, /],
    [['--replay', 'one-order'], /^one-order is no schedule: expected <scenario>:<seed>:/],
    [['--replay', 'two-orders:1:'], /^there is no scenario two-orders; /],
    [
      ['--replay', 'one-order:1:bus/FAILED.rule@1=Lx'],
      'there is no fault Lx for bus/FAILED.rule@1; there are B, D, R20m',
    ],
    [['--guards', '--guard', 'g999'], /^there is no guard g999; there are g1/],
    [['--guard', 'g41'], '--guard says something about --guards, which is missing'],
    [['--search'], '--search says something about --guards, which is missing'],
    [['--times', '5'], '--times says something about --replay, which is missing'],
    [
      ['--guards', '--minutes', '5'],
      '--guards runs the schedules recorded for them: leave --minutes out',
    ],
    [['--guards', '--scenario', 'declined'], /^--guards runs .* leave --scenario out$/],
    [['--replay', 'one-order:1:', '--depth', '2'], '--replay runs one schedule: leave --depth out'],
    [['--replay', 'one-order:1:', '--guards'], '--replay runs one schedule: leave --guards out'],
    [['--write', '--kind', 'L'], '--write keeps whole runs only: leave --kind out'],
    [['--guards', '--write', '--guard', 'g1'], '--write keeps whole runs only: leave --guard out'],
    [['--deep'], /^Unknown option '--deep'/],
    [['everything'], /^Unexpected argument 'everything'/],
  ] as const)('refuses %j, saying what is wrong', (args, message) => {
    const mistake = { kind: 'mistake', message: expect.stringMatching(message) };
    expect(parseOptions(args)).toEqual(
      typeof message === 'string' ? { ...mistake, message } : mistake,
    );
  });
});
