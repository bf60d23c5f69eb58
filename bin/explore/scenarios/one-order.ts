/** The story that everything else varies. */
import { plenty } from '../requests.ts';
import type { Scenario } from './scenario.ts';

export const oneOrder: Scenario = {
  name: 'one-order',
  title: 'A customer places an order of two lines that nothing is against: it is confirmed.',
  stock: plenty,
  async run(stage) {
    const id = await stage.place('one');
    if (id) await stage.read(id);
  },
};
