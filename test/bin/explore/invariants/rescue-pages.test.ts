import { describe, expect, it } from 'vitest';
import { boundedWork } from '../../../../bin/explore/invariants/v21-bounded-work.ts';
import { ToldWorld } from '../../../support/world.ts';

const page = (number: number, token: string) => ({ run: 'r1', page: number, token });
const wish = { since: '2026-03-14T00:00:00Z' };

describe('V21 bounded-work, of a rescue', () => {
  const rescue = () => {
    const world = new ToldWorld(boundedWork);
    const come = (body: object, messageId = 'm') =>
      world.consume('rescue-outbox', { [messageId]: body });
    const goOn = (body: object) => world.send('RescueQueue1', body, 'rescue-outbox');
    come(wish, 'r1');
    goOn(page(2, 'a'));
    return { world, come, goOn };
  };

  it('lets a page go on once for each time that its message comes', () => {
    const { world, come, goOn } = rescue();
    come(wish, 'r1');
    goOn(page(2, 'b'));
    come(page(2, 'a'));
    come(page(2, 'b'));
    goOn(page(3, 'c'));
    come(page(3, 'c'));
    expect(world.atRest()).toEqual([]);
  });

  it('finds twins that both go on', () => {
    const { world, come, goOn } = rescue();
    come(page(2, 'a'));
    come(page(2, 'b'));
    goOn(page(3, 'c'));
    goOn(page(3, 'd'));
    expect(world.atRest()).toEqual([
      'page r1 3 of a rescue: expected to be sent at most 1 times, was 2',
    ]);
  });

  it('lets a message be sent again whose answer was lost', () => {
    const { world, goOn } = rescue();
    world.faults.push({ site: 'rescue-outbox/SendMessage.Rescue@1', kind: 'L', atMs: 0 });
    goOn(page(2, 'a'));
    expect(world.atRest()).toEqual([]);
  });

  it('does not count what an operator sends, nor a message without a meaning', () => {
    const { world } = rescue();
    world.send('RescueQueue1', page(2, 'a'), 'operator');
    world.consume('rescue-outbox', { poison: '{"poison":' });
    expect(world.atRest()).toEqual([]);
  });
});
