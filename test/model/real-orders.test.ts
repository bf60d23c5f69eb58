import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '../../local/kernel/kernel.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { cancelling, placing, type Wish } from '../support/requests.ts';
import { isWrite, SingleFaults } from '../support/single-faults.ts';
import { Witness } from './witness.ts';

let pipeline: Pipeline;
let witness: Witness;
let faults: SingleFaults;
beforeAll(async () => {
  pipeline = await startPipeline({ stock: { mug: 1000, cup: 0 } });
  witness = new Witness(pipeline, { isWithinADay: true });
  faults = new SingleFaults(pipeline);
});
afterAll(() => pipeline.stop());

/** What was written for an order: `<participant> <value>`. */
const writesOf = (id: string): string[] =>
  witness.trace(id).map(({ participant, value }) => `${participant} ${value}`);

type Case = { readonly name: string; readonly wish: Wish; readonly last: string };
const cases: readonly Case[] = [
  { name: 'confirmed', wish: {}, last: 'order CONFIRMED CAPTURED' },
  { name: 'short', wish: { lines: { mug: 1, cup: 1 } }, last: 'order REJECTED' },
  { name: 'declined', wish: { method: 'pm_card_chargeDeclined' }, last: 'order REJECTED' },
  { name: 'undeliverable', wish: { postalCode: '00000' }, last: 'order REJECTED' },
  {
    ...{ name: 'held-unheard', wish: { method: 'pm_sandbox_error_after_effect' } },
    last: 'order CONFIRMED CAPTURED',
  },
  {
    ...{ name: 'never-held', wish: { method: 'pm_sandbox_error_before_effect' } },
    last: 'order REJECTED',
  },
];

describe('what the pipeline writes for an order', () => {
  it.each(cases)('is a path of the model: $name', async ({ name, wish, last }) => {
    const id = await pipeline.place(placing(name, wish));
    await pipeline.quiet();
    expect(
      writesOf(id)
        .filter((write) => write.startsWith('order'))
        .at(-1),
    ).toBe(last);
  });

  it('is one when the customer cancels at any moment', async () => {
    const keys = Array.from({ length: 8 }, (_, index) => `cancelled-${index}`);
    const ids = await pipeline.placeAll(keys.map((key) => placing(key)));
    const cancellations = ids.map(async (id, index) => {
      await sleep(pipeline.kernel, index * 600, 'before the customer cancels');
      await pipeline.send(cancelling(id));
    });
    await pipeline.engine.drive(Promise.all(cancellations));
    await pipeline.quiet();
    const decisions = ids.flatMap((id) => writesOf(id).filter((write) => /LLED$|MED$/.test(write)));
    expect(decisions).toContain('order CANCELLED');
    expect(decisions).toContain('order CONFIRMED');
  });

  it.each([
    { name: 'confirmed', wish: {} },
    { name: 'undeliverable', wish: { postalCode: '00000' } },
  ])('is one whichever write is the last of its Lambda: $name', async ({ name, wish }) => {
    const headers = faults.watch();
    const first = await pipeline.place(placing(`watched-${name}`, { ...wish, headers }));
    await pipeline.quiet();
    // Every third is enough to meet each kind of end; all of them are the explorer's business.
    const sites = faults
      .sitesOf(first)
      .filter(isWrite)
      .filter((_, index) => index % 3 === 0);
    const plans = sites.map((site) => ({ site, kind: 'is the last of its caller' }) as const);
    const ids = await pipeline.placeAll(
      plans.map((plan, index) =>
        placing(`${name}-${index}`, { ...wish, headers: faults.watch(plan) }),
      ),
    );
    await pipeline.quiet();
    expect(ids.filter((id) => faults.hasHit(id)).length).toBeGreaterThan(sites.length / 2);
  });

  it.each(['reserve-stock', 'authorize-payment', 'book-shipment', 'confirm-order'])(
    'is one when writes of %s arrive after its Lambda has timed out',
    async (entry) => {
      const delayed = delay({ entry, lateMs: 13_000, every: 2 });
      await pipeline.placeAll([1, 2, 3].map((index) => placing(`late-${entry}-${index}`)));
      await pipeline.quiet();
      expect(delayed.end()).toBeGreaterThan(1);
    },
  );

  it('has been explained without exception, and may end as it has', async () => {
    await pipeline.settle(1);
    expect(witness.problems).toEqual([]);
    expect(witness.atRest()).toEqual([]);
  });

  it('is none when a carrier works on a booking for longer than its lease assumes', async () => {
    const delayed = delay({ entry: 'book-shipment', lateMs: 60_000, every: 2 });
    const id = await pipeline.place(placing('late-carrier'));
    await pipeline.settle(1);
    delayed.end();
    expect(writesOf(id).filter((write) => write === 'parcel BOOKED')).toHaveLength(2);
    expect(witness.problems[0]).toMatch(`${id}: after `);
    expect(witness.problems[0]).toMatch('no step that writes parcel BOOKED by book-shipment');
  });
});

/** Every so many writes of an entry arrive late; `end` answers how many did. */
function delay({ entry, lateMs, every }: { entry: string; lateMs: number; every: number }) {
  let count = 0;
  const stop = pipeline.disturb(async (call, next) => {
    const isIts = pipeline.entryOf(call) === entry && /Put|Update|Transact/.test(call.action);
    if (isIts && ++count % every === 0) await sleep(pipeline.kernel, lateMs, 'on its way too long');
    return next();
  });
  const end = (): number => {
    stop();
    return Math.floor(count / every);
  };
  return { end };
}
