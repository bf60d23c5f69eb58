/** A rescue that does not come to its end in one go, and hands its work to itself. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

/** A page has a hundred items: these and the order, wherever it lies among them, make three. */
const refusals = 200;

export const longRescue: Scenario = {
  name: 'long-rescue',
  title:
    'A rescue goes over three pages of what was refused, and an order: each page goes on once.',
  stock: plenty,
  async run(stage) {
    const { operators } = stage;
    await operators.tables.addRefusals(refusals);
    const sinceMs = stage.now();
    await stage.place('rescued');
    await stage.quiet();
    await operators.rescue(sinceMs);
  },
};
