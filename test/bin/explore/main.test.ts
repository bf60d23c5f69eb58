import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../bin/explore/main.ts';
import { usage } from '../../../bin/explore/options.ts';
import { scenarios } from '../../../bin/explore/scenarios/all.ts';
import { run } from '../running.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What is printed, by either way, and the exit status. */
async function explore(...args: readonly string[]) {
  const said: string[] = [];
  const told: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line));
  vi.spyOn(console, 'error').mockImplementation((line) => void told.push(line));
  return { status: await main(args), said: said.join('\n'), told: told.join('\n') };
}

describe('npm run explore', () => {
  it('shows how to use it, and ends well', async () => {
    expect(await explore('--help')).toEqual({ status: 0, said: usage, told: '' });
  });

  it('ends with 2 and its usage when it was told something wrong', async () => {
    const { status, said, told } = await explore('--scenario', 'two-orders');
    expect([status, said]).toEqual([2, '']);
    expect(told).toMatch(/^there is no scenario two-orders; there are one-order, /);
    expect(told.endsWith(usage)).toBe(true);
  });

  it('lists the scenarios, as a command of its own', async () => {
    const { status, output } = await run(['bin/explore.ts', '--scenario', 'list']).ended;
    const lines = output.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual(
      scenarios.map(({ name, title }) => [name, title]),
    );
    expect(status).toBe(0);
  });
});
