import { afterAll, describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bin/explore/options.ts';
import { runCampaign } from '../../../bin/explore/run-campaign.ts';
import { assemblyDir } from '../../support/assembly.ts';

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

function run(...args: readonly string[]) {
  const parsed = parseOptions(['--workers', '1', ...args]);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  const { signal } = new AbortController();
  const ending = { signal, add: (close: () => Promise<void>) => void closing.push(close) };
  return runCampaign(parsed.options, { assembly: assemblyDir, ending });
}

describe('a campaign from the command line', () => {
  it('says what was run, and asks of a part for nothing that it does not have', async () => {
    const part = ['--scenario', 'unknown-product', '--boundary', '1', '--kind', 'H', '--seed', '3'];
    const { status, text, record } = await run(...part);
    expect(text).toMatch(/^Everonce: every fault explored to depth 1, seed 3$/m);
    expect(text).toMatch(/complete +no: only a part was asked for/);
    expect(text).toMatch(/violations +0/);
    expect(text).not.toContain('Never happened');
    expect(record).toMatchObject({
      ...{ seed: 3, depth: 1, isComplete: false, workers: 1, violations: [] },
      scenarios: [{ name: 'unknown-product', title: expect.stringMatching(/\.$/) }],
      schedules: { undisturbed: 1, depthTwo: 0, swarm: 0 },
    });
    const { struck, schedules } = record as {
      struck: { letter: string; boundary: number }[];
      schedules: { depthOne: number };
    };
    expect(schedules.depthOne).toBeGreaterThan(0);
    expect(new Set(struck.map(({ letter }) => letter))).toEqual(new Set(['H']));
    expect(status).toBe(0);
  });
});
