import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { placing, type Wish } from '../support/requests.ts';
import { type FaultKind, faultKinds, isWrite, SingleFaults } from '../support/single-faults.ts';

type Scenario = { readonly name: string; readonly wish: Wish; readonly status: string };
const scenarios: readonly Scenario[] = [
  { name: 'confirmed', wish: {}, status: 'CONFIRMED' },
  { name: 'declined', wish: { method: 'pm_card_chargeDeclined' }, status: 'REJECTED' },
  { name: 'undeliverable', wish: { postalCode: '00000' }, status: 'REJECTED' },
];

let pipeline: Pipeline;
let faults: SingleFaults;
let sites: Map<string, readonly string[]>;
beforeAll(async () => {
  pipeline = await startPipeline({ stock: { mug: 1000 } });
  faults = new SingleFaults(pipeline);
  sites = await sitesOfEach();
});
afterAll(() => pipeline.stop());

/** The calls for each kind of order when nothing goes wrong, repeats or overtakes. */
async function sitesOfEach(): Promise<Map<string, readonly string[]>> {
  const calm = await startPipeline({ chaos: { repeat: 0, overtakeMs: 0 } });
  const watch = new SingleFaults(calm);
  const found = new Map<string, readonly string[]>();
  for (const { name, wish } of scenarios) {
    const id = await calm.place(placing(name, { ...wish, headers: watch.watch() }));
    await calm.quiet();
    found.set(name, watch.sitesOf(id));
  }
  await calm.stop();
  return found;
}

/** What an order shares with the one before it is tried there; what follows the refusal is its own. */
function ownSites({ name }: Scenario): string[] {
  const index = scenarios.findIndex((each) => each.name === name);
  const earlier = scenarios.slice(0, index).flatMap((each) => sites.get(each.name) ?? []);
  const isUndo = (site: string) => /^(reject-order|cancel-|void-|release-)/.test(site);
  return (sites.get(name) ?? []).filter((site) => isUndo(site) || !earlier.includes(site));
}

/** Orders that are under way together, so that they also meet each other's faults. */
const waveSize = 12;
/** A call that other orders' calls were made with needs another run to be the one that fails. */
const mostRuns = 4;

/** Places an order for each site; answers the ids, and the sites that were not reached. */
async function faultAtEach({ name, wish }: Scenario, kind: FaultKind, wanted: readonly string[]) {
  const ids: string[] = [];
  let left = [...wanted];
  for (let run = 0; run < mostRuns && left.length > 0; run++) {
    const missed: string[] = [];
    for (let first = 0; first < left.length; first += waveSize) {
      const wave = left.slice(first, first + waveSize);
      const requests = wave.map((site, index) => {
        const key = `${name}-${kind}-${run}-${first + index}`.replaceAll(' ', '-');
        return placing(key, { ...wish, headers: faults.watch({ kind, site }) });
      });
      const placed = await pipeline.placeAll(requests);
      await pipeline.quiet();
      ids.push(...placed);
      missed.push(...wave.filter((_, index) => !faults.hasHit(placed[index] ?? '')));
    }
    left = missed;
  }
  return { ids, left };
}

describe.each(scenarios)('an order that is $name', (scenario) => {
  it.each(faultKinds)(
    'ends right whichever of its calls %s',
    async (kind) => {
      // Each order meets one fault, each at another of the calls that are made for such an order.
      const wanted = ownSites(scenario).filter((site) => kind === 'never arrives' || isWrite(site));
      const { ids, left } = await faultAtEach(scenario, kind, wanted);
      expect(left).toEqual([]);
      const orders = (await pipeline.orders()).filter(({ id }) => ids.includes(id));
      expect(new Set(orders.map(({ status }) => status))).toEqual(new Set([scenario.status]));
    },
    60_000,
  );
});

it('leaves everything as it should be in the end', async () => {
  await pipeline.settle(1);
  expect(await pipeline.problems()).toEqual([]);
});
