import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Invariant } from '../../../bin/explore/invariants/invariant.ts';
import { Lab, type RunResult } from '../../../bin/explore/lab.ts';
import type { Happening } from '../../../bin/explore/world.ts';
import { parseSchedule } from '../../../local/explorer/schedule.ts';
import { assemblyDir } from '../../support/assembly.ts';

/** Forbids what is right, and does not understand every run. */
const picky: Invariant = {
  ...{ id: 'V0', name: 'nothing is ever confirmed', sentence: 'No order is confirmed.' },
  watch: () => ({
    always: (happening) =>
      isConfirmation(happening) ? [`expected PENDING, found CONFIRMED of ${happening.kind}`] : [],
    atRest({ rows, deadLetters }) {
      if (rows('Orders').some(({ status }) => status === 'REJECTED')) throw new Error('rejected?');
      return Object.keys(deadLetters).length > 0 ? ['expected no dead letters'] : [];
    },
  }),
};

/** Tells what a run allows. */
const lenient: Invariant = {
  ...{ id: 'V00', name: 'lenience', sentence: 'Nothing may be parked.' },
  watch: () => ({ atRest: ({ mayPark }) => (mayPark ? ['something may be parked'] : []) }),
};

const isConfirmation = (happening: Happening): boolean =>
  happening.kind === 'change' &&
  happening.change.table === 'Orders' &&
  happening.change.before?.status === 'PENDING' &&
  happening.change.after?.status === 'CONFIRMED';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open(assemblyDir, [picky, lenient]);
});
afterAll(() => lab.close());

const runs = new Map<string, Promise<RunResult>>();
/** Of schedules that several tests look at, the first run. */
async function run(id: string): Promise<RunResult> {
  const found = runs.get(id) ?? lab.run(parseSchedule(id));
  runs.set(id, found);
  return found;
}

const plain = 'one-order:1:';
const post = 'client/POST.orders@1';

describe('a schedule', () => {
  it('goes the same way each time, whatever has run in between', async () => {
    const id = `one-order:1:${post}=L,relay-outbox/on.stream@1=D`;
    const traces = [(await run(id)).trace];
    for (const other of ['declined:2:', 'one-order:1:place-order/on.http@1=K']) {
      await lab.run(parseSchedule(other));
      traces.push((await lab.run(parseSchedule(id))).trace);
    }
    expect(new Set(traces).size).toBe(1);
  });

  it('goes another way under another seed, or with another fault', async () => {
    const ids = [plain, 'one-order:2:', `one-order:1:${post}=L`];
    const traces = [];
    for (const id of ids) traces.push((await run(id)).trace);
    expect(new Set(traces).size).toBe(3);
  });

  it('says at which sites it could have been broken, in their order', async () => {
    const { sites } = await run(plain);
    expect(sites.slice(0, 3).map(({ id }) => id)).toEqual([
      ...[post, 'place-order/on.http@1', 'place-order/BatchGetItem.Catalogue@1'],
    ]);
    expect(new Set(sites.map(({ id }) => id)).size).toBe(sites.length);
    expect(sites.every(({ state }) => state === undefined)).toBe(true);
  });

  it('says which of its faults have struck: what is never met is left out', async () => {
    const id = `one-order:1:${post}=L`;
    const result = await lab.run(parseSchedule(`${id},client/DELETE.orders@1=L`));
    expect(result.struck.map(({ site, fault }) => `${site.id}=${fault.id}`)).toEqual([`${post}=L`]);
    expect(result.id).toBe(id);
    expect(result.trace).toBe((await run(id)).trace);
  });

  it('is refused when its scenario or a fault of it is unknown', async () => {
    await expect(lab.run(parseSchedule('two-orders:1:'))).rejects.toThrow(/no scenario two-orders/);
    await expect(lab.run(parseSchedule(`one-order:1:${post}=Z`))).rejects.toThrow(/no fault Z/);
  });
});

describe('a run with states', () => {
  it('tells equal states of the world by equal marks', async () => {
    const states = async (seed: number) => {
      const schedule = parseSchedule(`one-order:${seed}:`);
      const { sites, trace } = await lab.run(schedule, { withStates: true });
      return { trace, states: sites.map(({ state }) => state) };
    };
    const [first, other] = [await states(1), await states(2)];
    expect(first.trace).toBe((await run(plain)).trace);
    expect((await states(1)).states).toEqual(first.states);
    expect(new Set(first.states).size).toBeGreaterThan(10);
    expect(other.states[0]).toBe(first.states[0]);
  });
});

describe('poison', () => {
  it.each([
    ['may be parked', 'capture-payment/on.sqs@1=P', 1],
    ['parks nothing when it comes from a client', `${post}=P`, 0],
  ])('%s', async (_, fault, problems) => {
    const { violations, struck } = await run(`one-order:1:${fault}`);
    expect(struck).toHaveLength(1);
    expect(violations.filter(({ invariant }) => invariant === 'V00')).toHaveLength(problems);
  });
});

describe('a swarm in the lab', () => {
  it('strikes where it chooses, and is a schedule afterwards that goes the same way', async () => {
    const { fault } = (await run(`one-order:1:${post}=L`)).struck[0] ?? {};
    const swarmed = await lab.run(parseSchedule(plain), {
      swarm: ({ id }) => (id === post ? fault : undefined),
    });
    expect(swarmed.id).toBe(`one-order:1:${post}=L`);
    expect(swarmed.trace).toBe((await run(swarmed.id)).trace);
  });
});

describe('what struck', () => {
  it('goes on to its end, days after everything else, also when it struck late', async () => {
    const { happenings } = await lab.run(
      parseSchedule('one-order:1:notify-customer/on.sqs@1=D13d'),
    );
    const told = happenings.filter(
      (each) => each.kind === 'delivery' && each.delivery.entry === 'notify-customer',
    );
    const [first = 0, second = 0] = told.map(({ atMs }) => atMs);
    expect([told.length, Math.floor((second - first) / 86_400_000)]).toEqual([2, 13]);
  });

  it('stands among all that happened, at its site and time', async () => {
    const site = 'place-order/PutItem.Orders@1';
    const { happenings } = await run(`one-order:1:${site}=Lx`);
    const at = happenings.findIndex(({ kind }) => kind === 'fault');
    expect(happenings[at]).toMatchObject({ struck: { site, kind: 'Lx' } });
    const next = happenings.slice(at).find(({ kind }) => kind === 'change');
    expect(next).toMatchObject({ change: { table: 'Orders', by: 'place-order' } });
  });
});

describe('a violation', () => {
  it('is reported with the step and the time at which it was seen', async () => {
    const result = await run(plain);
    const [confirmation] = result.happenings.filter(isConfirmation);
    expect(result.violations).toEqual([
      {
        ...{ invariant: 'V0', name: picky.name },
        problem: 'expected PENDING, found CONFIRMED of change',
        ...{ step: confirmation?.step, atMs: confirmation?.atMs },
      },
    ]);
  });

  it('is also what a checker cannot make sense of', async () => {
    const { violations } = await run('declined:1:');
    expect(violations).toMatchObject([{ problem: 'cannot be judged: Error: rejected?' }]);
  });

  it('is also a story that breaks off', async () => {
    const result = await lab.run(parseSchedule(plain), {
      swarm() {
        throw new Error('no faults today');
      },
    });
    expect(result.violations).toMatchObject([
      { invariant: 'run', name: 'the run', problem: 'Error: no faults today' },
    ]);
  });
});
