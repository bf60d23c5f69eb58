/** A refusal by the first participant: the undo finds nothing to undo. */
import type { Scenario } from './scenario.ts';

export const outOfStock: Scenario = {
  name: 'out-of-stock',
  title: 'One line of two asks for more than there is: neither is reserved, no money is asked for.',
  stock: { mug: 10, cup: 1 },
  async run(stage) {
    await stage.place('too-many', { lines: { mug: 1, cup: 2 } });
  },
};
