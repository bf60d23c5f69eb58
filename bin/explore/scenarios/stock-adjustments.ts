/** Operators that are not sure repeat themselves too; and what they take may be wanted. */
import { minute } from '../../../local/explorer/durations.ts';
import { adjusting, plenty } from '../requests.ts';
import type { Scenario, Stage } from './scenario.ts';

const adjust = (stage: Stage, key: string, delta: number) =>
  stage.persist(adjusting({ sku: 'cup', delta, key }));

const repeated: Scenario = {
  name: 'stock-adjustments',
  title: 'An adjustment is sent twice at once, again, and as another one: it counts once.',
  stock: plenty,
  async run(stage) {
    await Promise.all([adjust(stage, 'delivery', 5), adjust(stage, 'delivery', 5)]);
    await adjust(stage, 'delivery', 5);
    await adjust(stage, 'delivery', 6);
    await adjust(stage, 'loss', -1000);
    await adjust(stage, 'loss', -3);
  },
};

const besideOrder: Scenario = {
  name: 'adjustment-beside-order',
  title: 'An operator takes the last cup while it is ordered, and adds one: never below zero.',
  stock: { mug: 10, cup: 1 },
  async run(stage) {
    const reserving = stage.operators.invocationOf('reserve-stock');
    await stage.place('wanted');
    await stage.within(minute, reserving);
    await adjust(stage, 'broken', -1);
    await stage.operators.supply('cup', 1);
  },
};

const ofAll: Scenario = {
  name: 'adjustment-of-all',
  title: 'All cups are taken, and the request comes again: told the same, though none are left.',
  stock: { cup: 3 },
  async run(stage) {
    await adjust(stage, 'theft', -3);
    await stage.sleep(minute);
    await adjust(stage, 'theft', -3);
  },
};

/** Answers are kept for a day; what was adjusted is known for ever. */
const nextDay: Scenario = {
  name: 'adjustment-next-day',
  title:
    'A key comes again after 25 hours: refused for another adjustment, told the same for its own.',
  stock: { cup: 10 },
  async run(stage) {
    await adjust(stage, 'delivery', 5);
    await stage.sleep(25 * 3_600_000);
    await adjust(stage, 'delivery', 6);
    await adjust(stage, 'delivery', 5);
  },
};

export const stockAdjustments: readonly Scenario[] = [repeated, besideOrder, ofAll, nextDay];
