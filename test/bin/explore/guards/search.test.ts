import { describe, expect, it } from 'vitest';
import { candidates } from '../../../../bin/explore/guards/search.ts';
import type { RunResult } from '../../../../bin/explore/lab.ts';
import { scenarios } from '../../../../bin/explore/scenarios/all.ts';
import { faultKind } from '../../../../local/explorer/fault-kinds.ts';
import { parseSchedule } from '../../../../local/explorer/schedule.ts';
import { eventAt, siteOf } from '../sites.ts';

const undisturbed = (...ids: readonly string[]): RunResult => ({
  ...{ id: 'one-order:1:', struck: [], violations: [], trace: '', happenings: [], refusals: [] },
  sites: [eventAt('A'), ...ids.map((id) => siteOf(id))],
});

const runs = new Map([
  ['one-order', undisturbed('book-shipment/PutItem.Shipments@1')],
  ['declined', undisturbed('void-payment/PutItem.Payments@1')],
]);
const plain = scenarios.map(({ name }) => `${name}:1:`);
const actorsIn = (ids: readonly string[]) =>
  new Set(ids.flatMap((id) => parseSchedule(id).faults.map(({ site }) => site.split('/')[0])));

describe('schedules that may show what a guard keeps', () => {
  it('begin with every scenario as it is', () => {
    expect(candidates(runs, [], 10_000).slice(0, plain.length)).toEqual(plain);
  });

  it('go on with each fault at each site of the functions that change', () => {
    const single = candidates(runs, ['void-payment'], 10_000).slice(plain.length);
    expect(actorsIn(single)).toEqual(new Set(['void-payment']));
    expect(new Set(single).size).toBe(single.length);
    expect(single).toContain('declined:1:void-payment/PutItem.Payments@1=Lx');
  });

  it('are at all sites when no function changes', () => {
    const single = candidates(runs, [], 10_000).slice(plain.length);
    expect(actorsIn(single)).toEqual(new Set(['bus', 'book-shipment', 'void-payment']));
  });

  it('come in one order each time, which is not the order of the run', () => {
    const ids = candidates(runs, ['void-payment'], 10_000).slice(plain.length);
    expect(candidates(runs, ['void-payment'], 10_000).slice(plain.length)).toEqual(ids);
    const kinds = ids.flatMap((id) => parseSchedule(id).faults.map(({ fault }) => fault));
    expect(kinds.slice(0, 3)).not.toEqual(['B', 'Bx', 'L']);
    for (const kind of kinds) faultKind('void-payment/PutItem.Payments@1', kind);
  });

  it('are no more than asked for', () => {
    expect(candidates(runs, [], 3)).toEqual(plain.slice(0, 3));
  });
});
