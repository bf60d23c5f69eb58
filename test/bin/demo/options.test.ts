import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bin/demo/options.ts';

describe('command line of the demo', () => {
  it('has 16 clients place a generated book unless told otherwise', () => {
    const none = { input: undefined, orders: undefined, clients: 16, json: undefined };
    expect(parseOptions([])).toEqual({ kind: 'run', options: none });
    const args = ['--input', 'd', '--orders', '9', '--clients', '2', '--json', 'f'];
    const options = { input: 'd', orders: 9, clients: 2, json: 'f' };
    expect(parseOptions(args)).toEqual({ kind: 'run', options });
  });

  it.each([
    ['--orders=0', '--orders is "0", expected a whole number from 1 to 1000000'],
    ['--orders=1e3', '--orders is "1e3"'],
    ['--clients=1001', 'expected a whole number from 1 to 1000'],
    ['--frob', "Unknown option '--frob'"],
    ['north', "Unexpected argument 'north'"],
  ])('does not take %s, and says why', (arg, why) => {
    expect(parseOptions([arg])).toMatchObject({
      kind: 'mistake',
      message: expect.stringContaining(why),
    });
  });

  it('helps', () => {
    expect(parseOptions(['--help'])).toEqual({ kind: 'help' });
  });
});
