import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bin/kill-test/options.ts';
import { run } from '../running.ts';

const anySeed = () => 7;

describe('the command line of npm run kill-test', () => {
  it('kills fifty times, at moments that a seed can repeat', () => {
    const options = { kills: 50, clients: 8, seed: 7, json: undefined };
    expect(parseOptions([], anySeed)).toEqual({ kind: 'run', options });
    expect(parseOptions(['--seed', '12'], anySeed)).toEqual({
      kind: 'run',
      options: { ...options, seed: 12 },
    });
  });

  it('refuses what is no number of kills, and shows how to use it', async () => {
    const { status, output } = await run(['bin/kill-test.ts', '--kills', 'many']).ended;
    expect(output).toMatch(/^--kills is "many", expected a whole number[\s\S]*Usage: npm run kill/);
    expect(status).toBe(2);
  });
});
