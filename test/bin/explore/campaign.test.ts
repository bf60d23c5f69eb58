import { describe, expect, it } from 'vitest';
import { Campaign, type CampaignSettings } from '../../../bin/explore/campaign.ts';
import type { Summary } from '../../../bin/explore/summary.ts';
import type { Workers } from '../../../bin/explore/workers.ts';
import { type Schedule, scheduleId } from '../../../local/explorer/schedule.ts';
import { eventAt, faultsIn, type Run, summaryOf, violationOf } from './sites.ts';

type Task = Parameters<Workers['run']>[0];

const [a, b] = [eventAt('A'), eventAt('B')];
/** What strikes is what was planned, at the sites of every run. */
const runOf = ({ scenario, faults: struck }: Schedule, parts: Run = {}): Summary =>
  summaryOf({ scenario, struck, sites: [a], trace: JSON.stringify(struck), ...parts });

/** A campaign on a lab that answers so. */
function begin(
  answer: (schedule: Schedule, task: Task) => Summary | Promise<Summary>,
  settings: Partial<CampaignSettings> = {},
) {
  const ran: string[] = [];
  const told: number[] = [];
  const shown: string[] = [];
  const load = { now: 0, most: 0 };
  const workers = {
    size: 2,
    async run(task: Task): Promise<Summary> {
      ran.push(scheduleId(task.schedule));
      load.most = Math.max(load.most, ++load.now);
      await Promise.resolve();
      load.now--;
      return answer(task.schedule, task);
    },
  };
  const campaign = new Campaign({
    ...{ workers, scenarios: ['one-order'], seed: 1, wanted: () => true, goesOn: false },
    ...{ signal: new AbortController().signal, limitMs: Number.POSITIVE_INFINITY },
    onProgress: ({ plan }) => void told.push(plan.left),
    onViolation: ({ shrunk }) => void shown.push(shrunk),
    ...settings,
  });
  return { campaign, ran, told, shown, load };
}

describe('a campaign', () => {
  it('runs all that is planned, and says that it has', async () => {
    const { campaign, ran, told } = begin((schedule) => runOf(schedule));
    const tally = await campaign.run();
    expect(ran.sort()).toEqual([
      'one-order:1:',
      ...['B', 'D', 'R20m'].map((kind) => `one-order:1:bus/A.rule@1=${kind}`),
    ]);
    expect(tally).toMatchObject({ isComplete: true, violations: [], distinctTraces: 4 });
    expect(tally.runs).toEqual({ undisturbed: 1, 'depth one': 3, pairs: 0, swarm: 0 });
    expect(told).toHaveLength(4);
    expect(told.at(-1)).toBe(0);
  });

  it('waits for what runs under way may open', async () => {
    const { campaign, ran } = begin((schedule) =>
      runOf(schedule, { sites: schedule.faults.length > 0 ? [a, b] : [a] }),
    );
    await campaign.run();
    expect(ran).toHaveLength(1 + 3 + 3);
  });

  it('counts what has struck by boundary and kind, and in how many runs each mark was seen', async () => {
    const { campaign } = begin((schedule) =>
      runOf(schedule, {
        struck: schedule.faults.length > 0 ? faultsIn(`${a.id}=D`) : [],
        marks: schedule.faults.length > 0 ? ['seen', 'behind a fault'] : ['seen'],
      }),
    );
    const { struck, marks, distinctTraces } = await campaign.run();
    expect([...struck.values()]).toEqual([
      { boundary: 13, what: 'event', letter: 'D', kind: 'D', count: 3 },
    ]);
    expect(Object.fromEntries(marks)).toEqual({ seen: 4, 'behind a fault': 3 });
    expect(distinctTraces).toBe(4);
  });

  it('keeps its threads busy, with no more than two schedules ahead for each', async () => {
    const sites = Array.from({ length: 10 }, (_, at) => eventAt(`A${at}`));
    const { campaign, load } = begin((schedule) => runOf(schedule, { sites }));
    await campaign.run();
    expect(load.most).toBe(4);
  });

  it('shrinks what it finds at once, keeps what broke first, and goes on', async () => {
    const { campaign, shown } = begin((schedule) => {
      const isBroken = schedule.faults.some(({ fault }) => fault === 'D');
      return runOf(schedule, {
        struck: isBroken ? faultsIn(`${b.id}=B,${a.id}=D`) : schedule.faults,
        violations: isBroken ? [violationOf('V1'), violationOf('V2')] : [],
      });
    });
    const { violations, isComplete, runs } = await campaign.run();
    const id = `one-order:1:${b.id}=B,${a.id}=D`;
    const shrunk = `one-order:1:${a.id}=D`;
    expect(violations).toEqual([{ ...violationOf('V1'), id, shrunk }]);
    expect(shown).toEqual([shrunk]);
    expect([isComplete, runs['depth one']]).toEqual([true, 3]);
  });

  it('ends incomplete after twenty violations: more say nothing new', async () => {
    const sites = Array.from({ length: 30 }, (_, at) => eventAt(`A${at}`));
    const { campaign } = begin((schedule) =>
      runOf(schedule, { sites, violations: schedule.faults.length > 0 ? [violationOf('V1')] : [] }),
    );
    const { violations, isComplete, runs } = await campaign.run();
    expect(violations).toHaveLength(20);
    expect(isComplete).toBe(false);
    expect(runs['depth one']).toBeLessThan(30);
  });

  it('ends incomplete when its time is up', async () => {
    const { campaign, ran } = begin((schedule) => runOf(schedule), { limitMs: 0 });
    expect(await campaign.run()).toMatchObject({ isComplete: false });
    expect(ran).toEqual([]);
  });

  it('ends incomplete when it is broken off, though what was under way had nothing behind it yet', async () => {
    const ending = new AbortController();
    const { campaign, ran } = begin(
      (schedule) => {
        ending.abort();
        return runOf(schedule);
      },
      { signal: ending.signal, scenarios: ['one-order', 'declined'] },
    );
    expect(await campaign.run()).toMatchObject({ isComplete: false });
    expect(ran).toEqual(['one-order:1:', 'declined:1:']);
  });

  it('fails when a thread fails', async () => {
    const { campaign } = begin(() => Promise.reject(new Error('no lab')));
    await expect(campaign.run()).rejects.toThrow('no lab');
  });

  it('goes on with pairs and swarms, whose schedules are what has struck', async () => {
    const ending = new AbortController();
    const swarms: Task[] = [];
    const { campaign, ran } = begin(
      (schedule, task) => {
        if ('swarm' in task && task.swarm !== undefined) swarms.push(task);
        if (swarms.length === 2) ending.abort();
        return runOf(schedule, {
          sites: [a, { ...b, state: JSON.stringify(schedule.faults) }],
        });
      },
      { goesOn: true, swarmShare: 0.25, signal: ending.signal },
    );
    const { runs } = await campaign.run();
    expect(runs).toMatchObject({ undisturbed: 1, 'depth one': 6 });
    expect(runs.pairs).toBeGreaterThanOrEqual(6);
    expect(runs.swarm).toBeGreaterThanOrEqual(2);
    expect(swarms[0]).toMatchObject({ swarm: 1_000_001, schedule: { faults: [] } });
    expect(ran).toContain(`one-order:1:${a.id}=D,${b.id}=B`);
  });
});
