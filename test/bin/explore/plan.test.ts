import { describe, expect, it } from 'vitest';
import { Plan, type Planned, type PlanSettings } from '../../../bin/explore/plan.ts';
import { scheduleId } from '../../../local/explorer/schedule.ts';
import { eventAt, kindsOfEvents, summaryOf } from './sites.ts';

const [a, b] = [eventAt('A'), eventAt('B')];

const begin = (settings: Partial<PlanSettings> = {}) =>
  new Plan({
    ...{ scenarios: ['one-order'], seed: 1, wanted: () => true, goesOn: false },
    ...settings,
  });

function planned(plan: Plan): Planned {
  const next = plan.next();
  if (next === undefined || next === 'later') throw new Error(`nothing is planned, but ${next}`);
  return next;
}

/** Runs all that is planned, one after the other, and `most` at most; every run meets the same site. */
function runAll(plan: Plan, most = 1000): Planned[] {
  const run: Planned[] = [];
  for (let next = plan.next(); next && run.length < most; next = plan.next()) {
    if (next === 'later') throw new Error('nothing is under way');
    run.push(next);
    const { scenario, faults: struck } = next.schedule;
    plan.learn(
      next,
      summaryOf({ scenario, struck, sites: [a, { ...b, state: JSON.stringify(struck) }] }),
    );
  }
  return run;
}

const stagesOf = (run: readonly Planned[]) => run.map(({ stage }) => stage);

describe('a plan', () => {
  it('is every scenario undisturbed, and then every single fault', () => {
    const plan = begin({ scenarios: ['one-order', 'declined'] });
    const run = runAll(plan);
    expect(run.slice(0, 2).map(({ schedule }) => scheduleId(schedule))).toEqual([
      ...['one-order:1:', 'declined:1:'],
    ]);
    const singles = run.slice(2).map(({ schedule }) => scheduleId(schedule));
    expect(singles).toContain(`one-order:1:${a.id}=B`);
    expect(new Set(singles).size).toBe(6 + 2);
    expect(stagesOf(run).slice(2)).toEqual(Array(6 + 2).fill('depth one'));
    expect(plan.next()).toBeUndefined();
    expect(plan.counts).toEqual([
      { name: 'one-order', sites: 2, repeats: 0, opened: 0, schedules: 7 },
      { name: 'declined', sites: 2, repeats: 0, opened: 0, schedules: 3 },
    ]);
  });

  it('says later as long as a run under way may open something', () => {
    const plan = begin();
    const first = planned(plan);
    expect(plan.next()).toBe('later');
    plan.learn(first, summaryOf({ sites: [a] }));
    const faults = kindsOfEvents.map(() => planned(plan));
    const [last] = faults.splice(2);
    for (const each of faults) plan.learn(each, summaryOf({ sites: [a] }));
    expect(plan.next()).toBe('later');
    if (last) plan.learn(last, summaryOf({ sites: [a, b], struck: last.schedule.faults }));
    expect(planned(plan).schedule.faults).toMatchObject([{ site: a.id }, { site: b.id }]);
    expect(plan.counts).toMatchObject([{ sites: 1, opened: 1, schedules: 4 }]);
  });

  it('knows how much of depth one is left', () => {
    const plan = begin({ scenarios: ['one-order', 'declined'] });
    expect(plan.left).toBe(2);
    plan.learn(planned(plan), summaryOf({ sites: [a] }));
    expect(plan.left).toBe(4);
    runAll(plan);
    expect(plan.left).toBe(0);
  });

  it('ends with depth one unless it is told to go on', () => {
    const settings = { wanted: (site: { id: string }) => site.id === a.id };
    expect(new Set(stagesOf(runAll(begin(settings))))).toEqual(
      new Set(['undisturbed', 'depth one']),
    );
  });

  it('asks for states of the world only as long as pairs are sought', () => {
    expect(planned(begin()).withStates).toBe(false);
    const run = runAll(begin({ goesOn: true }), 20);
    for (const { stage, withStates } of run)
      expect(withStates).toBe(stage === 'undisturbed' || stage === 'depth one');
  });

  it('goes on with pairs once depth one is done, and every fourth is a swarm', () => {
    const run = stagesOf(runAll(begin({ goesOn: true, swarmShare: 0.25 }), 15));
    expect(run.slice(0, 7)).toEqual(['undisturbed', ...Array(6).fill('depth one')]);
    expect(run.slice(7)).toEqual([
      ...['pairs', 'pairs', 'pairs', 'swarm', 'pairs', 'pairs', 'pairs', 'swarm'],
    ]);
  });

  it('ends with its pairs when no swarms are wanted', () => {
    const run = stagesOf(runAll(begin({ goesOn: true })));
    expect(run.slice(0, 7)).toEqual(['undisturbed', ...Array(6).fill('depth one')]);
    expect(new Set(run.slice(7))).toEqual(new Set(['pairs']));
  });

  it('has only swarms when there is no pair left: another seed each, over all scenarios in turns', () => {
    const settings = {
      ...{ goesOn: true, swarmShare: 0.25, wanted: () => false },
      scenarios: ['one-order', 'declined'],
    };
    const swarms = runAll(begin(settings), 6).filter(({ stage }) => stage === 'swarm');
    expect(swarms.map(({ schedule }) => schedule.scenario)).toEqual([
      ...['declined', 'one-order', 'declined', 'one-order'],
    ]);
    expect(swarms.map(({ swarm }) => swarm)).toEqual([1_000_001, 1_000_002, 1_000_003, 1_000_004]);
    expect(swarms.every(({ schedule, swarm }) => schedule.seed === swarm)).toBe(true);
  });

  it('waits with the first pair for the last run of depth one, and then with no other', () => {
    const plan = begin({ goesOn: true });
    plan.learn(planned(plan), summaryOf({ sites: [a] }));
    const faults = kindsOfEvents.map(() => planned(plan));
    expect(plan.next()).toBe('later');
    for (const each of faults)
      plan.learn(each, summaryOf({ sites: [a, b], struck: each.schedule.faults }));
    const opened = kindsOfEvents.map(() => planned(plan));
    for (const each of opened) plan.learn(each, summaryOf({ sites: [a, b] }));
    expect([planned(plan).stage, planned(plan).stage]).toEqual(['pairs', 'pairs']);
  });
});
