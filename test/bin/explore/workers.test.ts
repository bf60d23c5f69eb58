import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workers } from '../../../bin/explore/workers.ts';
import { parseSchedule } from '../../../local/explorer/schedule.ts';
import { assemblyDir } from '../../support/assembly.ts';

const schedule = parseSchedule('one-order:1:');

describe('threads of the explorer', () => {
  let workers: Workers;
  beforeAll(() => {
    workers = new Workers(assemblyDir, 1);
  });
  afterAll(() => workers.close());

  it('answer with what is left of each run, in turns when they are fewer than schedules', async () => {
    const fault = 'one-order:1:client/POST.orders@1=L';
    const [plain, broken] = await Promise.all([
      workers.run({ schedule }),
      workers.run({ schedule: parseSchedule(fault) }),
    ]);
    expect(plain).toMatchObject({ id: 'one-order:1:', struck: [], violations: [] });
    expect(plain?.marks).toContain('client is told 202');
    expect(broken).toMatchObject({ id: fault, struck: [{ fault: 'L', letter: 'L' }] });
  });

  it('give sites the state of the world when they are asked to', async () => {
    const { sites } = await workers.run({ schedule, withStates: true });
    expect(sites.every(({ state }) => typeof state === 'string')).toBe(true);
  });

  it('draw faults from a seed, and tell what struck as a schedule', async () => {
    const drawn = await workers.run({ schedule, swarm: 5 });
    expect(drawn.struck.length).toBeGreaterThan(0);
    const again = await workers.run({ schedule: parseSchedule(drawn.id) });
    expect(again.trace).toBe(drawn.trace);
  });

  it('go on after a schedule that cannot be run', async () => {
    const unknown = parseSchedule('two-orders:1:');
    await expect(workers.run({ schedule: unknown })).rejects.toThrow('no scenario two-orders');
    expect(await workers.run({ schedule })).toMatchObject({ id: 'one-order:1:' });
  });
});

describe('a thread that cannot start', () => {
  it('fails what is asked of it, now and later, and can still be closed', async () => {
    const workers = new Workers('no-such-assembly', 1);
    await expect(workers.run({ schedule })).rejects.toThrow('manifest.json does not exist');
    await expect(workers.run({ schedule })).rejects.toThrow('manifest.json does not exist');
    await new Promise((resolve) => void setImmediate(resolve));
    await workers.close();
  });
});
