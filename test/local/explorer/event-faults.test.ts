import { beforeAll, describe, expect, it } from 'vitest';
import { minuteMs, notetaker, pierced } from './pierced.ts';

let assetDir: string;
beforeAll(async () => {
  assetDir = await notetaker();
});

const failed = {
  ...{ source: 'aws.states', detailType: 'Status Change', detail: { status: 'FAILED' } },
  resources: [],
};

/** Two events of an execution that has failed, the first of which a fault meets. */
function told(fault?: string) {
  const world = pierced(assetDir, fault === undefined ? {} : { 'bus/FAILED.rule@1': fault });
  world.events.publish(failed);
  world.events.publish(failed);
  return world;
}

describe('an event', () => {
  it('that nothing happens to is sent', () => {
    const { published, sites } = told();
    expect(published).toHaveLength(2);
    expect(sites.map(({ id }) => id)).toEqual(['bus/FAILED.rule@1', 'bus/FAILED.rule@2']);
  });

  it.each([
    ['B', 'never', 1],
    ['D', 'twice', 3],
  ])('with %s is sent %s, and the next one once', (fault, _, times) => {
    expect(told(fault).published).toHaveLength(times);
  });

  it('that is late (R20m) comes behind the next one', async () => {
    const { published, kernel, injector } = told('R20m');
    expect([published.length, injector.isOver]).toEqual([1, false]);
    await kernel.advance(20 * minuteMs);
    expect(published.map(({ afterMs }) => afterMs)).toEqual([0, 20 * minuteMs]);
    expect(injector.isOver).toBe(true);
  });

  it('without a status is known by its type', () => {
    const { events, sites } = pierced(assetDir);
    events.publish({ ...failed, detail: {} });
    expect(sites).toMatchObject([{ what: 'event', action: 'Status Change' }]);
  });
});
