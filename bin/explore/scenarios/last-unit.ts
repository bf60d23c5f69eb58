/** Two orders meet at one row of stock. */
import type { Scenario } from './scenario.ts';

export const lastUnit: Scenario = {
  name: 'last-unit',
  title: 'Two customers order the last cup, each with a mug: one gets it, the other nothing.',
  stock: { mug: 10, cup: 1 },
  async run(stage) {
    await Promise.all([
      stage.place('last', { as: 'alice' }),
      stage.place('last-too', { as: 'bob' }),
    ]);
  },
};
