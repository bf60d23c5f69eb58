/** Clients that are not sure repeat themselves. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

export const duplicatePosts: Scenario = {
  name: 'duplicate-posts',
  title: 'The same order is sent twice at once and again later: one order, one answer.',
  stock: plenty,
  async run(stage) {
    await Promise.all([stage.place('same'), stage.place('same')]);
    await stage.quiet();
    await stage.place('same');
  },
};
