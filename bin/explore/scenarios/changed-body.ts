/** A key that is used for something else by mistake. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

export const changedBody: Scenario = {
  name: 'changed-body',
  title: 'One key comes with two bodies at once, and later with a third: only one order is placed.',
  stock: plenty,
  async run(stage) {
    await Promise.all([
      stage.place('reused', { lines: { mug: 1, cup: 1 } }),
      stage.place('reused', { lines: { mug: 2, cup: 1 } }),
    ]);
    await stage.place('reused', { lines: { mug: 1, cup: 3 } });
  },
};
