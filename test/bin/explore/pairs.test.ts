import { describe, expect, it } from 'vitest';
import { Pairs } from '../../../bin/explore/pairs.ts';
import { parseSchedule, type Schedule, scheduleId } from '../../../local/explorer/schedule.ts';
import type { Site } from '../../../local/explorer/site.ts';
import { eventAt, faultsIn, kindsOfEvents, summaryOf } from './sites.ts';

const everything = () => true;
const [a, b, c] = [eventAt('A'), eventAt('B'), eventAt('C')];
const inState = (site: Site, state: string): Site => ({ ...site, state });
const run = (faults: string): Schedule => parseSchedule(`one-order:1:${faults}`);

function drawn(pairs: Pairs): string[] {
  const ids: string[] = [];
  for (let next = pairs.next(); next; next = pairs.next()) ids.push(scheduleId(next));
  return ids;
}

/** A run in which `faults` struck and these sites were met. */
function learn(pairs: Pairs, faults: string, sites: readonly Site[]): void {
  pairs.learn(run(faults), summaryOf({ sites, struck: faultsIn(faults) }));
}

const behind = (first: string, site: Site) =>
  kindsOfEvents.map((kind) => `one-order:1:${first},${site.id}=${kind}`);

describe('pairs of faults', () => {
  it('are each fault with each at every site behind it, and none before it', () => {
    const pairs = new Pairs(1, everything);
    learn(pairs, `${b.id}=D`, [a, b, inState(c, 'new')]);
    expect(drawn(pairs).sort()).toEqual(behind(`${b.id}=D`, c).sort());
    expect([pairs.pruned, pairs.left]).toEqual([0, 0]);
  });

  it('are pruned where a run before came to the same site in an equal state', () => {
    const pairs = new Pairs(1, everything);
    learn(pairs, `${a.id}=D`, [a, inState(b, 'same')]);
    learn(pairs, `${a.id}=R20m`, [a, inState(b, 'same')]);
    learn(pairs, `${a.id}=B`, [a, inState(b, 'another')]);
    expect(drawn(pairs).sort()).toEqual(
      [...behind(`${a.id}=D`, b), ...behind(`${a.id}=B`, b)].sort(),
    );
    expect([pairs.pruned, pairs.left]).toEqual([3, 0]);
  });

  it('are pruned where the undisturbed run was in an equal state: depth one has been there', () => {
    const pairs = new Pairs(1, everything);
    learn(pairs, '', [inState(a, '1'), inState(b, '2')]);
    expect([pairs.pruned, pairs.left]).toEqual([0, 0]);
    learn(pairs, `${a.id}=D`, [a, inState(b, '2')]);
    expect([pairs.left, pairs.pruned]).toEqual([0, 3]);
  });

  it('are not pruned by what another story has been through: its clients have other plans', () => {
    const pairs = new Pairs(1, everything);
    pairs.learn(parseSchedule('declined:1:'), summaryOf({ sites: [inState(b, 'same')] }));
    learn(pairs, `${a.id}=D`, [a, inState(b, 'same')]);
    expect([pairs.left, pairs.pruned]).toEqual([3, 0]);
  });

  it('are told apart by the path as well as by the state', () => {
    const pairs = new Pairs(1, everything);
    learn(pairs, `${a.id}=D`, [a, inState(b, 'same'), inState(c, 'same')]);
    expect(pairs.left).toBe(6);
  });

  it('are all drawn, each once, in an order that only the seed decides', () => {
    const order = (seed: number) => {
      const pairs = new Pairs(seed, everything);
      const later = Array.from({ length: 10 }, (_, at) => eventAt(`L${at}`));
      learn(pairs, `${a.id}=D`, [a, ...later]);
      return drawn(pairs);
    };
    const first = order(1);
    expect(new Set(first).size).toBe(30);
    expect(order(1)).toEqual(first);
    expect(order(2)).not.toEqual(first);
    expect([...order(2)].sort()).toEqual([...first].sort());
    expect([...first].sort()).not.toEqual(first);
  });

  it('leave out what was not asked for and what is assumed away', () => {
    const pairs = new Pairs(1, (_, fault) => fault === 'B');
    learn(pairs, `${a.id}=D`, [a, b]);
    expect(drawn(pairs)).toEqual([`one-order:1:${a.id}=D,${b.id}=B`]);
  });

  it('need a fault that has struck', () => {
    const pairs = new Pairs(1, everything);
    pairs.learn(run(`${c.id}=D`), summaryOf({ sites: [a, b] }));
    expect(pairs.left).toBe(0);
  });
});
