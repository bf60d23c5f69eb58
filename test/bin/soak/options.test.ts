import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bin/soak/options.ts';
import { run } from '../running.ts';

const anySeed = () => 7;

describe('the command line of npm run soak', () => {
  it('soaks for ten minutes, with load and faults that a seed can choose again', () => {
    const options = { minutes: 10, clients: 6, seed: 7, writes: false, json: undefined };
    expect(parseOptions([], anySeed)).toEqual({ kind: 'run', options });
    expect(parseOptions(['--seed', '12', '--minutes', '2'], anySeed)).toEqual({
      kind: 'run',
      options: { ...options, seed: 12, minutes: 2 },
    });
  });

  it('ends before the stream that is read at the end forgets the beginning', () => {
    expect(parseOptions(['--minutes', '720'], anySeed)).toMatchObject({ kind: 'run' });
    expect(parseOptions(['--minutes', '721'], anySeed)).toEqual({
      kind: 'mistake',
      message: expect.stringMatching(/^--minutes is 721, expected at most 720: .*keeps 24 hours/),
    });
  });

  it('refuses what is no number of minutes, and shows how to use it', async () => {
    const { status, output } = await run(['bin/soak.ts', '--minutes', '1.5']).ended;
    expect(output).toMatch(
      /^--minutes is "1.5", expected a whole number[\s\S]*Usage: npm run soak/,
    );
    expect(status).toBe(2);
  });
});
