import { describe, expect, it } from 'vitest';
import { absent } from '../../../../bin/explore/invariants/absent.ts';
import { invariants } from '../../../../bin/explore/invariants/all.ts';
import { ToldWorld } from '../../../support/world.ts';
import { confirmed, undone } from './order-story.ts';

describe('the invariants', () => {
  it('are V1 to V33, each with a checker or with the reason why not', () => {
    const charter = [...invariants, ...absent].filter(({ id }) => id.startsWith('V'));
    const ids = charter.map(({ id }) => Number(id.slice(1)));
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 33 }, (_, index) => index + 1));
  });

  /** Follows every call, which these stories leave out; test/model has stories for it. */
  const told = invariants.filter(({ id }) => id !== 'model');

  it.each(told)('hold in flawless stories: $id $name', (invariant) => {
    const world = new ToldWorld(invariant);
    confirmed(world);
    undone(world, { id: 'o2', customer: 'bob' });
    expect(world.atRest()).toEqual([]);
  });

  it.each(invariants)('hold in an empty world: $id $name', (invariant) => {
    expect(new ToldWorld(invariant).atRest()).toEqual([]);
  });
});
