/** A customer changes her mind: before the saga begins, beside one of its steps, and too late. */
import { minute } from '../../../local/explorer/durations.ts';
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

const early: Scenario = {
  name: 'cancel-early',
  title:
    'An order is cancelled, twice at once, before its saga begins: nothing ever happens for it.',
  stock: plenty,
  async run(stage) {
    stage.operators.pause('start-saga');
    const id = await stage.place('early');
    if (id) await Promise.all([stage.cancel(id), stage.cancel(id)]);
    stage.operators.resume('start-saga');
  },
};

const beside = (entry: string): Scenario => ({
  name: `cancel-beside-${entry}`,
  title: `An order is cancelled while ${entry} runs: either the cancellation counts or the order.`,
  stock: plenty,
  async run(stage) {
    const begun = stage.operators.invocationOf(entry);
    const id = await stage.place('beside');
    if (!id) return;
    await stage.within(5 * minute, begun);
    await stage.cancel(id);
    await stage.read(id);
  },
});

const late: Scenario = {
  name: 'cancel-late',
  title:
    'An order is cancelled once it is confirmed: refused, from an old version and the new one.',
  stock: plenty,
  async run(stage) {
    const id = await stage.place('late');
    await stage.quiet();
    if (!id) return;
    await stage.cancel(id, 1);
    await stage.cancel(id, 3);
  },
};

const unseen: Scenario = {
  name: 'cancel-unseen',
  title:
    'Cancelled from a version that never was: refused. From the true one: read back, unseen by the view.',
  stock: plenty,
  async run(stage) {
    stage.operators.pause('start-saga', 'project-order');
    const id = await stage.place('unseen');
    if (id) {
      await stage.cancel(id, 7);
      await stage.cancel(id, 1);
      await stage.read(id, { known: 2 });
    }
    stage.operators.resume('start-saga', 'project-order');
  },
};

export const cancellations: readonly Scenario[] = [
  early,
  beside('reserve-stock'),
  beside('authorize-payment'),
  beside('book-shipment'),
  beside('confirm-order'),
  late,
  unseen,
];
